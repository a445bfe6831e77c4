import { createHash } from "node:crypto";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Kind, ObjectOf } from "../../schema/kind.ts";
import { Release } from "../../schema/release.ts";
import type { PlanItem, ReleasePlan } from "../../schema/release-plan.ts";
import { isOwnedBy } from "../owner.ts";
import type { Key, Lookup } from "../ports.ts";

/** What a plan made for one of its nodes. */
export interface Kin {
  /** What moves the versions that it requires, or takes its release back. */
  readonly bump: ChangeProposal | undefined;
  readonly release: Release | undefined;
}

/** Longest name of a child: a branch, a label and a table can all hold it. */
const longest = 100;

/** Repository and library of a node. */
export function partsOf(node: string): { readonly repository: string; readonly library: string | undefined } {
  const [repository = "", library] = node.split("/");
  return { repository, library };
}

/** What a plan asks for about a node; undefined for one that is only in it since it stands between others. */
export function itemOf({ spec: { releases = [] } }: ReleasePlan, node: string): PlanItem | undefined {
  const { repository, library } = partsOf(node);
  return releases.find((each) => each.repositoryRef.name === repository && each.library === library);
}

/** The children of a plan for a node, as the cache knows them. */
export function kinOf(plan: ReleasePlan, node: string, lookup: Lookup): Kin {
  return {
    bump: ownedOf(plan, ChangeProposal, bumpKey(plan, node, lookup), lookup),
    release: ownedOf(plan, Release, releaseKey(plan, node, lookup), lookup),
  };
}

function ownedOf<K extends Kind>(plan: ReleasePlan, kind: K, key: Key, lookup: Lookup): ObjectOf<K> | undefined {
  const there = lookup.get(kind, key);
  return there && isOwnedBy(there as Pick<Release, "metadata">, plan) ? there : undefined;
}

/** The ChangeProposal `PLAN-NODE-bump`. */
export const bumpKey = (plan: ReleasePlan, node: string, lookup: Lookup): Key =>
  keyOf(plan, { node, suffix: "-bump", kind: ChangeProposal }, lookup);

/** The Release `PLAN-NODE`, and the ChangeProposal that it makes under the same name. */
export const releaseKey = (plan: ReleasePlan, node: string, lookup: Lookup): Key =>
  keyOf(plan, { node, suffix: "", kind: Release }, lookup);

/** The plain name, or one with a digest where the plain one is long, somebody else's, or could be that of another node. */
function keyOf(
  plan: ReleasePlan,
  { node, suffix, kind }: { readonly node: string; readonly suffix: string; readonly kind: Kind },
  lookup: Lookup,
): Key {
  const { namespace, name: own } = plan.metadata;
  const plain = { namespace, name: `${own}-${node.replaceAll("/", "-")}${suffix}` };
  const digest = createHash("sha256").update([own, node, suffix].join("\0")).digest("hex").slice(0, 10);
  const sure = { namespace, name: `${plain.name.slice(0, longest - 11).replace(/[-.]+$/, "")}-${digest}` };
  // `a/b` and `a-b` would be called the same, and so would what moves the versions of `a` and the release of `a-bump`.
  if (plain.name.length > longest || node.includes("/") || node.endsWith("-bump")) return sure;
  // What was made under the sure name stays there, also when the plain one has become free.
  if (ownedOf(plan, kind, sure, lookup)) return sure;
  return lookup.get(kind, plain) && !ownedOf(plan, kind, plain, lookup) ? sure : plain;
}
