import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { MergeRule } from "../../schema/merge-rule.ts";
import type { Release } from "../../schema/release.ts";
import { type PlanItem, ReleasePlan } from "../../schema/release-plan.ts";
import { steering } from "../../schema/steering.ts";
import { bothOf, without } from "../approvals.ts";
import type { Child, Key } from "../ports.ts";
import { partsOf } from "./kin.ts";

/** Label of everything that a plan makes. */
const planLabel = "millrace.dev/plan";

interface Saying {
  /** Wish to try again that the child is told of. */
  readonly retried: string | undefined;
  readonly key: Key;
}

/** A child of a plan that says this. */
export function childOf(plan: ReleasePlan, kind: Child["kind"], { key, retried }: Saying, spec: object): Child {
  const { name, uid } = plan.metadata;
  return {
    kind,
    key,
    ...(name.length <= 63 && { labels: { [planLabel]: name } }),
    ...(retried !== undefined && { annotations: { [steering.retry]: retried } }),
    owner: { kind: ReleasePlan, name, uid },
    spec,
  };
}

/** What the Release of a node says. */
export function releaseOf(plan: ReleasePlan, item: PlanItem | undefined, node: string): object {
  const { repository, library } = partsOf(node);
  const { policy, requestedBy } = plan.spec;
  return {
    repositoryRef: { name: repository },
    ...(library !== undefined && { library }),
    ...(item?.version !== undefined && { version: item.version }),
    bump: item?.bump ?? "Auto",
    merge: ownMerge(plan),
    approval: without(policy.approval, requestedBy),
  };
}

/** The merge rule of what moves versions: where somebody has to agree, nothing is merged before. */
export function mergeOf(plan: ReleasePlan, needsApproval: boolean): MergeRule {
  const merge = ownMerge(plan);
  if (!needsApproval || merge.mode === "Manual") return merge;
  const { of: _, ...approval } = plan.spec.policy.approval;
  return { ...merge, approvals: bothOf(without(approval, plan.spec.requestedBy), merge.approvals) };
}

/** Whoever asked for the plan has no say in what it merges. */
function ownMerge({ spec: { merge, requestedBy } }: ReleasePlan): MergeRule {
  return merge.approvals ? { ...merge, approvals: without(merge.approvals, requestedBy) } : merge;
}

/** A child that says what it said last, and that it stops. */
export function stopped(kind: Child["kind"], child: ChangeProposal | Release, owner: Child["owner"]): Child {
  const { namespace, name, labels = {}, annotations = {} } = child.metadata;
  const [label, retried] = [labels[planLabel], annotations[steering.retry]];
  return {
    kind,
    key: { namespace, name },
    ...(label !== undefined && { labels: { [planLabel]: label } }),
    ...(retried !== undefined && { annotations: { [steering.retry]: retried } }),
    owner,
    spec: { ...child.spec, suspend: true },
  };
}

/** What a proposal said last, going on. */
export function goingSpec({ spec: { suspend: _, ...spec } }: ChangeProposal): object {
  return spec;
}
