import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { OwnStatus } from "../../schema/kind.ts";
import type { Release } from "../../schema/release.ts";
import type { Repository } from "../../schema/repository.ts";
import type { ForgeRelease } from "../forge-release-port.ts";
import type { Landed } from "./landed.ts";
import type { Line } from "./line.ts";
import type { Next, Previous } from "./next.ts";
import type { ProposalSpec } from "./proposed.ts";
import type { Reason } from "./verdict.ts";

export type Status = OwnStatus<typeof Release>;

/** A file that goes with the release. */
export interface Asset {
  readonly name: string;
  readonly path: string;
  /** `absent`: the commit has no such file. `other`: the forge has one of that name and another size. */
  readonly is: "there" | "missing" | "absent" | "other";
}

/** Before the release is merged: what it would be. */
export interface Ahead {
  readonly is: "ahead";
  readonly line: Line;
  readonly next: Next;
  /** Spec of the proposal; undefined where there is nothing to propose. */
  readonly proposal: ProposalSpec | undefined;
  /** Files that are to go with it, and that the head does not have. */
  readonly absent: readonly string[];
  /** Version of the last release where the forge has nothing of it though its changelog has. */
  readonly unfinished?: string | undefined;
}

/** After it: what is there of it. */
export interface Behind {
  readonly is: "behind";
  readonly landed: Landed;
  readonly tag: string;
  readonly isTagged: boolean;
  /** Whether a higher version is released already, on whatever line: then it is not the newest one. */
  readonly isSurpassed: boolean;
  readonly previous: Previous | undefined;
  /** What the forge's release says: as it is in the changelog there, else by the commits. */
  readonly notes: string;
  /** Undefined where there is none, or none is wanted. */
  readonly page: ForgeRelease | undefined;
  readonly assets: readonly Asset[];
  /** Whether the proposal is still open although it is not needed any more. */
  readonly isOpen: boolean;
  /** Whether all of this was looked at in this turn. */
  readonly isFresh: boolean;
}

export interface Refused {
  readonly is: "refused";
  readonly reason: Reason;
  readonly message: string;
}

/** Everything that `decide` may rest on: plain data, gathered by `observe`. */
export interface Observed {
  readonly release: Release;
  readonly repository: Repository;
  readonly now: Date;
  /** Its proposal, as the cache knows it. */
  readonly child: ChangeProposal | undefined;
  readonly state: Ahead | Behind | Refused;
}
