import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Release } from "../../schema/release.ts";
import { steering } from "../../schema/steering.ts";
import { isNew } from "../change-proposal/wish.ts";

/** Somebody's wish to try again, which a release hands on to its proposal. */
export interface Retry {
  /** The annotation, as the proposal shall have it. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  /** Whether the proposal has still to carry it out. */
  readonly isDue: boolean;
  /** The last wish that was carried out. */
  readonly retried: string | undefined;
}

/** What became of the wish in the annotation `millrace.dev/retry`. Pure. */
export function retryOf({ metadata, status }: Release, child: ChangeProposal | undefined): Retry {
  const wish = metadata.annotations?.[steering.retry];
  const known = status?.retried;
  if (wish === undefined) return { annotations: undefined, isDue: false, retried: known };
  const annotations = { [steering.retry]: wish };
  if (wish.slice(0, 253) === known) return { annotations, isDue: false, retried: known };
  const isHanded = child?.metadata.annotations?.[steering.retry] === wish;
  const isDone = !child || (isHanded && !isNew(child.status?.steering?.retry, { annotation: wish }));
  return { annotations, isDue: !isDone, retried: isDone ? wish.slice(0, 253) : known };
}
