import { createHash } from "node:crypto";
import { type PlanItem, ReleasePlan } from "../../schema/release-plan.ts";
import { ReleaseTrain } from "../../schema/release-train.ts";
import type { Repository } from "../../schema/repository.ts";
import { isOwnedBy } from "../owner.ts";
import type { Child, Lookup } from "../ports.ts";

/** Longest name of a plan: those of its children begin with it. */
const longest = 80;

/** What a repository has on the train: itself, or its libraries where it has any. */
export const itemsOf = ({
  metadata: { name },
  spec,
}: Repository): readonly Pick<PlanItem, "repositoryRef" | "library">[] => {
  const { libraries } = spec.release;
  const repositoryRef = { name };
  return libraries.length === 0
    ? [{ repositoryRef }]
    : libraries.map(({ name: library }) => ({ repositoryRef, library }));
};

/** The plans that a train made and that are still there, the newest first. */
export const plansOf = (train: ReleaseTrain, lookup: Lookup): readonly ReleasePlan[] =>
  lookup
    .list(ReleasePlan, train.metadata.namespace)
    .filter((plan) => isOwnedBy(plan, train) && plan.metadata.deletionTimestamp === undefined)
    .sort((a, b) => (bornAt(a) < bornAt(b) ? 1 : -1));

const bornAt = ({ metadata: { creationTimestamp = "", name } }: ReleasePlan): string => `${creationTimestamp} ${name}`;

/**
 * The plan of a departure: `TRAIN-YYYYMMDDHHMM`, in UTC, with a digest where that is too long or somebody else's. The same departure
 * has the same plan, so it leaves once, however often it is tried.
 */
export function planName(train: ReleaseTrain, departure: Date, lookup: Lookup): string {
  const { namespace, name: own, uid } = train.metadata;
  const name = `${own}-${departure.toISOString().replace(/\D/g, "").slice(0, 12)}`;
  const there = lookup.get(ReleasePlan, { namespace, name });
  if (name.length <= longest && (!there || isOwnedBy(there, train))) return name;
  const digest = createHash("sha256").update(`${uid} ${name}`).digest("hex").slice(0, 10);
  return `${own.slice(0, longest - 24).replace(/[-.]+$/, "")}-${name.slice(-12)}-${digest}`;
}

/** The plan as the train declares it. */
export function planOf(train: ReleaseTrain, name: string, releases: ReturnType<typeof itemsOf>): Child {
  const { namespace, name: own, uid } = train.metadata;
  const { policy, merge } = train.spec;
  return {
    kind: ReleasePlan,
    key: { namespace, name },
    ...(own.length <= 63 && { labels: { "millrace.dev/train": own } }),
    owner: { kind: ReleaseTrain, name: own, uid },
    spec: { releases, policy, merge },
  };
}

/** Whether nothing more happens in a plan by itself. */
export const isOver = ({ status }: ReleasePlan): boolean => status?.finishedAt !== undefined;
