import type { OwnStatus } from "../../schema/kind.ts";
import { ReleasePlan } from "../../schema/release-plan.ts";
import { ReleaseTrain } from "../../schema/release-train.ts";
import { Repository } from "../../schema/repository.ts";
import type { Finding } from "../conditions.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import { select } from "../operation/select.ts";
import { ownersOf } from "../owner.ts";
import type { Children, Lookup } from "../ports.ts";
import { type Outcome, type Reconciler, type Turn, watch } from "../reconciler.ts";
import { nextRun } from "../schedule.ts";
import { isStalled } from "../way.ts";
import { decide, found, standing } from "./decide.ts";
import { freightOf } from "./freight.ts";
import { isOver, itemsOf, planName, planOf, plansOf } from "./plan.ts";

type Status = OwnStatus<typeof ReleaseTrain>;

interface World {
  readonly lookup: Lookup;
  readonly children: Children;
  readonly forges: Forges;
  readonly git: Git;
}

/** A departure may be years away; a look now and then costs nothing. */
const everyMs = 3_600_000;
/** How soon to look again for what comes by itself. */
const waitingMs = 30_000;

/** Makes a plan at every moment of the schedule: one at a time, and none where nothing changed. */
export function releaseTrainReconciler(world: World): Reconciler<typeof ReleaseTrain> {
  return {
    kind: ReleaseTrain,
    watches: [ofPlan, ofRepository],

    async reconcile(train, turn) {
      const plans = plansOf(train, world.lookup);
      await letGo(train, plans, world, turn);
      if (train.spec.suspend) return suspended(train);
      const { namespace } = train.metadata;
      const { repositories, unknown } = select(train.spec.repositories, world.lookup.list(Repository, namespace));
      const releases = repositories.flatMap(itemsOf);
      const departure = departureOf(train, turn.now);
      const name = planName(train, departure, world.lookup);
      const decision = await decide(
        {
          now: turn.now,
          departure,
          running: plans.find((plan) => !isOver(plan)),
          hasLeft: plans.some(({ metadata }) => metadata.name === name),
          releases: releases.length,
          unknown,
        },
        () => freightOf(namespace, releases, world, turn),
      );
      if (decision.do === "wait") return waiting(train, { plans, departure, finding: decision.finding }, turn);
      if (decision.do === "leave") await world.children.apply(planOf(train, name, releases), turn.signal);
      const skipped = decision.do === "skip" ? decision.why.slice(0, 1_024) : undefined;
      const finding = decision.do === "skip" ? decision.finding : undefined;
      return left(train, { plans, skipped, finding, made: decision.do === "leave" ? name : undefined }, turn);
    },
  };
}

/** The moment that was said last; where what is declared changed since, or nothing was said, the next one from now. */
function departureOf({ metadata, spec, status }: ReleaseTrain, now: Date): Date {
  const said = status?.nextAt === undefined ? undefined : new Date(status.nextAt);
  const next = nextRun(spec.schedule, now);
  if (said && (said <= now || status?.observedGeneration === metadata.generation)) return said;
  return next;
}

interface Waiting {
  readonly plans: readonly ReleasePlan[];
  readonly departure: Date;
  readonly finding: Finding | undefined;
}

function waiting({ status }: ReleaseTrain, { plans, departure, finding }: Waiting, { now }: Turn): Outcome<Status> {
  const { lastPlan, lastLeftAt, skipped } = status ?? {};
  const next = timeOf(departure);
  const untilThen = Math.min(everyMs, Math.max(0, departure.getTime() - now.getTime()));
  return {
    finding: finding ?? standing(lastOf(plans, lastPlan), { next, skipped }),
    status: known({ lastPlan, lastLeftAt, skipped, nextAt: next }),
    again: { is: "after", ms: finding?.reason === "WaitingForRepositories" ? waitingMs : untilThen },
  };
}

interface Left {
  readonly plans: readonly ReleasePlan[];
  readonly made: string | undefined;
  readonly skipped: string | undefined;
  readonly finding: Finding | undefined;
}

/** It has left. What it missed meanwhile is not made up for: the next departure is one that is still to come. */
function left({ spec, status }: ReleaseTrain, { plans, made, skipped, finding }: Left, { now }: Turn): Outcome<Status> {
  const departure = nextRun(spec.schedule, now);
  const next = timeOf(departure);
  const lastPlan = made ?? status?.lastPlan;
  return {
    finding:
      made === undefined
        ? (finding ?? standing(lastOf(plans, lastPlan), { next, skipped }))
        : found("Releasing", `plan ${made} is made; the train leaves next at ${next}`),
    status: known({ lastPlan, lastLeftAt: timeOf(now), skipped, nextAt: next }),
    again: { is: "after", ms: Math.min(everyMs, departure.getTime() - now.getTime()) },
  };
}

function suspended({ status }: ReleaseTrain): Outcome<Status> {
  const message = "spec.suspend is true, so it makes no plan; one that exists goes on: set it to false to go on";
  const { lastPlan, lastLeftAt, skipped } = status ?? {};
  return {
    finding: found("Suspended", message),
    status: known({ lastPlan, lastLeftAt, skipped, nextAt: undefined }),
    again: { is: "never" },
  };
}

/** Takes away the oldest of the plans that are over. Their records stay. */
async function letGo(
  { spec: { keep } }: ReleaseTrain,
  plans: readonly ReleasePlan[],
  { children }: World,
  { signal }: Turn,
): Promise<void> {
  for (const { metadata } of plans.filter(isOver).slice(keep)) {
    const { namespace, name } = metadata;
    await children.remove(ReleasePlan, { namespace, name }, signal);
  }
}

const lastOf = (plans: readonly ReleasePlan[], name: string | undefined): ReleasePlan | undefined =>
  plans.find(({ metadata }) => metadata.name === name);
const known = (status: { readonly [Field in keyof Status]: Status[Field] | undefined }): Status =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
const timeOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

const ofPlan = watch(
  ReleasePlan,
  ownersOf(ReleaseTrain),
  (before, after) =>
    before.status?.phase !== after.status?.phase ||
    isOver(before) !== isOver(after) ||
    isStalled(before) !== isStalled(after),
);

/** Any repository can be selected; trains are few. What it is like matters only when a train leaves. */
const ofRepository = watch(
  Repository,
  ({ metadata: { namespace } }, lookup) =>
    lookup.list(ReleaseTrain, namespace).map(({ metadata: { name } }) => ({ namespace, name })),
  (before, after) => JSON.stringify(before.metadata.labels) !== JSON.stringify(after.metadata.labels),
);
