import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Heir } from "./observed.ts";

/**
 * The proposal that takes the place of this one: it says so, and has its own pull request open, or merged. Once taken, a place
 * stays taken while the same is asked for, unless the other takes its word back. Where proposals supersede each other in a
 * circle, only the younger one of two counts, so at least one stays. Pure.
 *
 * `kept` is the name in status, where it still counts. Undefined when nobody does.
 */
export function heirOf(
  proposal: ChangeProposal,
  all: readonly ChangeProposal[],
  kept: string | undefined,
): Heir | undefined {
  const { name } = proposal.metadata;
  const peers = all.filter(({ spec }) => spec.repositoryRef.name === proposal.spec.repositoryRef.name);
  const claims = peers.filter((each) => isClaim(each, name) && isYounger(each, proposal, peers));
  const [heir] = claims.filter(isUnderWay).sort(youngestFirst);
  if (heir) return seen(heir);
  if (kept === undefined) return undefined;
  const former = all.find(({ metadata }) => metadata.name === kept);
  if (!former) return { name: kept, number: undefined, merged: false };
  return claims.includes(former) ? seen(former) : undefined;
}

const isClaim = ({ metadata, spec }: ChangeProposal, name: string): boolean =>
  metadata.name !== name && spec.mode === "Apply" && (spec.supersedes?.includes(name) ?? false);

const isUnderWay = ({ metadata, status }: ChangeProposal): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.phase === "Merged" || (status?.pullRequest?.state === "Open" && status.phase !== "Superseded"));

const seen = ({ metadata: { name }, status }: ChangeProposal): Heir => ({
  name,
  number: status?.pullRequest?.number,
  merged: status?.phase === "Merged",
});

/** Whether `heir` may take the place of `old`: always, unless `old` supersedes it as well, over however many others. */
function isYounger(heir: ChangeProposal, old: ChangeProposal, peers: readonly ChangeProposal[]): boolean {
  return !reaches(old, heir.metadata.name, peers) || youngestFirst(heir, old) < 0;
}

function reaches(from: ChangeProposal, to: string, peers: readonly ChangeProposal[]): boolean {
  const names = new Set([from.metadata.name]);
  // A set that grows is walked to its end.
  for (const name of names) {
    const next = peers.find(({ metadata }) => metadata.name === name)?.spec.supersedes ?? [];
    if (next.includes(to)) return true;
    for (const each of next) names.add(each);
  }
  return false;
}

function youngestFirst(a: ChangeProposal, b: ChangeProposal): number {
  const [born, other] = [a, b].map(({ metadata }) => metadata.creationTimestamp ?? "");
  if (born !== other) return born! > other! ? -1 : 1;
  return a.metadata.name > b.metadata.name ? -1 : 1;
}
