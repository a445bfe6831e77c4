import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Release } from "../../schema/release.ts";
import type { Repository } from "../../schema/repository.ts";
import { parseReleaseVersion } from "../../sequencer/release/next-version.ts";
import { bothOf } from "../approvals.ts";
import type { Hands } from "../change/hands.ts";
import { changelogOf } from "./changelog.ts";
import type { Line } from "./line.ts";
import type { Next } from "./next.ts";
import { cut, sectionText } from "./section.ts";
import type { VersionEditsOf } from "./version-edits.ts";

/** Longest part of the notes in a pull request's text, in bytes: that is part of an object too. */
const mostInBody = 8_000;

export interface Offer {
  readonly release: Release;
  readonly repository: Repository;
  readonly line: Line;
  readonly next: Extract<Next, { is: "release" }>;
  readonly day: string;
}

/** Spec of a release's proposal, as far as the release has a say in it. */
export type ProposalSpec = Partial<Omit<ChangeProposal["spec"], "merge" | "suspend">> & { readonly merge: object };

/** What the proposal of a release says: the version in the repository's files, and a section in the changelog. */
export async function proposalOf(offer: Offer, editsOf: VersionEditsOf, hands: Hands): Promise<ProposalSpec> {
  const { release, repository, line, next, day } = offer;
  const { repositoryRef, library, priority, interval } = release.spec;
  const { rule, head } = line;
  const { version, because, notes } = next;
  const text = sectionText({ notes, version, day }, release.spec);
  const edits = await editsOf({ rule, version, sha: head }, hands);
  const tag = rule.tagFormat.replace("{version}", version);
  return {
    repositoryRef,
    ...(rule.branch !== repository.spec.branch && { base: rule.branch }),
    title: `chore: release ${library === undefined ? "" : `${library} `}${version}`,
    body: cut(text, mostInBody),
    about: {
      why: `It is ${version}: ${because}`.slice(0, 1_024),
      next: `The merge is the release: tag ${tag} follows at exactly its commit. The version and the notes that are merged count, so they can be edited on the branch.`,
    },
    change: { edits: [...edits, { path: changelogOf(rule), changelog: { version, text } }] },
    merge: mergeOf(offer),
    ...{ priority, interval },
  };
}

/** The merge rule, with the yes that a release of this size needs. Who merges by hand says yes by that. */
function mergeOf({ release: { spec }, line: { previous }, next: { version } }: Offer): object {
  const { of, ...approvals } = spec.approval;
  const [before, after] = [previous?.version ?? "", version].map((text) => parseReleaseVersion(text)?.major);
  const isMajor = before !== undefined && before !== after;
  const isNeeded = of === "Always" || (of === "Majors" && isMajor);
  if (!isNeeded || spec.merge.mode !== "WhenChecksPass") return spec.merge;
  return { ...spec.merge, approvals: bothOf(approvals, spec.merge.approvals) };
}
