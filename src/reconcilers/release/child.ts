import { createHash } from "node:crypto";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Release } from "../../schema/release.ts";
import { isOwnedBy } from "../owner.ts";
import type { Key, Lookup } from "../ports.ts";

/** The key of a release's proposal: its own name, with a digest where that is taken. */
export function childKey({ metadata: { namespace, name, uid }, status }: Release, lookup: Lookup): Key {
  // Once it is known it stays, whatever else is made.
  if (status?.proposal !== undefined) return { namespace, name: status.proposal };
  const there = lookup.get(ChangeProposal, { namespace, name });
  const isTaken = there?.metadata.ownerReferences?.every((owner) => owner.uid !== uid) ?? there !== undefined;
  if (!isTaken) return { namespace, name };
  const digest = createHash("sha256").update(`release\0${name}`).digest("hex").slice(0, 10);
  return { namespace, name: `${name.slice(0, 242).replace(/[-.]+$/, "")}-${digest}` };
}

/** The proposal of a release, as the cache knows it. */
export function childOf(release: Release, lookup: Lookup): ChangeProposal | undefined {
  const child = lookup.get(ChangeProposal, childKey(release, lookup));
  return child && isOwnedBy(child, release) ? child : undefined;
}

/**
 * Whether what it proposes stays as it is: people have it in their hands, or said no to it, or the forge is about to merge it. Whoever
 * says another version in the Release asks anew.
 */
export function isFrozen({ spec, status }: ChangeProposal, release: Release): boolean {
  const { phase, steering } = status ?? {};
  if (phase === "Merging" || phase === "Queued") return true;
  if (release.spec.version !== undefined && release.spec.version !== proposedBy({ spec })) return false;
  return theirs.includes(phase) || steering?.adopted !== undefined;
}

/** The version that a proposal is about. */
const proposedBy = ({ spec }: Pick<ChangeProposal, "spec">): string | undefined =>
  spec.change.edits?.find(({ changelog }) => changelog)?.changelog?.version;

/** Versions that were offered, the newest first; where status was lost, what the proposal says. */
export function offeredBy({ status }: Release, child: ChangeProposal | undefined): readonly string[] {
  const proposed = child && proposedBy(child);
  return status?.offered ?? (proposed === undefined ? [] : [proposed]);
}

const theirs: readonly unknown[] = ["HumanOwned", "Declined", "Released", "Superseded"];

export const ownerOf = ({ metadata: { name, uid } }: Release) => ({ kind: Release, name, uid });
