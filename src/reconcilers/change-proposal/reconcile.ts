import { ChangeProposal, type Priority } from "../../schema/change-proposal.ts";
import { Forge } from "../../schema/forge.ts";
import { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import { drop, letGo } from "../change/produce.ts";
import { ForgeError } from "../errors.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import { intervalMs } from "../interval.ts";
import type { Key, Lookup } from "../ports.ts";
import { type Outcome, type Reconciler, type Turn, watch } from "../reconciler.ts";
import type { Runner } from "../runner-port.ts";
import { isStalled, slugOf, type Way, wayTo } from "../way.ts";
import type { Scalars } from "../yaml/scalars.ts";
import { calm } from "./calm.ts";
import { decide } from "./decide.ts";
import { advance } from "./journal.ts";
import { observe, type Surroundings } from "./observe.ts";
import type { Status } from "./observed.ts";
import { reportPlan } from "./plan.ts";
import { reportUnseen } from "./report.ts";
import { settled } from "./settled.ts";
import { stillThrottled, throttled } from "./throttle.ts";
import { found } from "./verdict.ts";
import { decideFinal } from "./withdraw.ts";

/** What the reconciler of ChangeProposals needs from the world. */
export interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  readonly git: Git;
  readonly scalars: Scalars;
  readonly runner: Runner | undefined;
}

/** Keeps one branch and one pull request in the state that a ChangeProposal declares, from birth to merge or close. */
export function changeProposalReconciler(world: World): Reconciler<typeof ChangeProposal> {
  return {
    kind: ChangeProposal,
    watches: [ofRepository, ofForge, ofHeir],

    async reconcile(proposal, { now, signal }) {
      const way = wayOf(proposal, world.lookup);
      const over = settled(proposal, repositoryOf(proposal, world.lookup));
      if (over) return over;
      if (proposal.spec.suspend) return suspended(proposal);
      if (way.is === "shut")
        return reportUnseen(proposal, way.finding, { is: "after", ms: intervalMs(proposal.spec.interval) });
      const waiting = stillThrottled(proposal, now);
      if (waiting) return waiting;
      try {
        const hands = await reach(way, world, { now, signal, priority: proposal.spec.priority });
        return await look(proposal, surroundings(way, world.lookup), hands);
      } catch (error) {
        return throttled(proposal, error, now);
      }
    },

    async finalize(proposal, { now, signal }) {
      // Suspended and planned mean: leave it alone. So that is the way to let the object go and keep the pull request.
      if (proposal.spec.suspend || proposal.spec.mode === "Plan") return "gone";
      const way = wayOf(proposal, world.lookup);
      if (way.is === "shut")
        return isGone(way) ? "gone" : reportUnseen(proposal, way.finding, { is: "after", ms: 60_000 });
      const waiting = stillThrottled(proposal, now);
      if (waiting) return waiting;
      try {
        const hands = await reach(way, world, { now, signal, priority: proposal.spec.priority });
        const left = await advance(await observe(proposal, surroundings(way, world.lookup), hands), decideFinal, hands);
        if (!left) await drop(proposal, hands);
        return left ?? "gone";
      } catch (error) {
        return withoutCleaning(proposal, error, now);
      }
    },
  };
}

/** One look, as long as it has to be, and at most one step. */
async function look(proposal: ChangeProposal, around: Surroundings, hands: Hands): Promise<Outcome<Status>> {
  const same = await calm(proposal, around, hands);
  if (same) return same;
  if (proposal.spec.mode === "Plan") return reportPlan(proposal, around, hands);
  const observed = await observe(proposal, around, hands);
  const { run, commit } = proposal.status ?? {};
  // What a run gave is on the branch, and status says so: nobody asks for it again.
  if (run && observed.tip.is === "ours" && observed.tip.sha === commit) await letGo(proposal, hands);
  return (await advance(observed, decide, hands))!;
}

const surroundings = (way: Extract<Way, { is: "open" }>, lookup: Lookup): Surroundings => ({
  repository: way.repository,
  proposals: lookup.list(ChangeProposal, way.repository.metadata.namespace),
});

const wayOf = ({ metadata, spec }: ChangeProposal, lookup: Lookup): Way =>
  wayTo(lookup, metadata.namespace, spec.repositoryRef.name);

const repositoryOf = ({ metadata: { namespace }, spec }: ChangeProposal, lookup: Lookup): Repository | undefined =>
  lookup.get(Repository, { namespace, name: spec.repositoryRef.name });

async function reach(
  way: Extract<Way, { is: "open" }>,
  { forges, git, scalars, runner }: World,
  { now, signal, priority }: Pick<Turn, "now" | "signal"> & { readonly priority: Priority },
): Promise<Hands> {
  const host = await forges.of(way.forge, signal, priority);
  const at = slugOf(way.repository);
  return { host, at, remote: host.remote(at), git, scalars, runner, now, signal };
}

const suspended = (proposal: ChangeProposal): Outcome<Status> => {
  const message = "spec.suspend is true, so branch and pull request are left alone: set it to false to go on";
  return reportUnseen(proposal, found("Suspended", message), { is: "never" });
};

const isGone = ({ finding: { reason } }: Extract<Way, { is: "shut" }>): boolean =>
  reason === "RepositoryUnknown" || reason === "ForgeUnknown";

/** Where there is no repository any more, there is nothing to clean up. Where we may not, a person has to say so. */
function withoutCleaning(proposal: ChangeProposal, error: unknown, now: Date): "gone" | Outcome<Status> {
  if (!(error instanceof ForgeError)) throw error;
  if (error.code === "absent") return "gone";
  if (error.code !== "denied" && error.code !== "rejected") return throttled(proposal, error, now);
  const message = `its pull request and branch cannot be cleaned up (${error.message}): allow it, or set spec.suspend to true to leave them and let the proposal go`;
  return reportUnseen(proposal, found("CleanUpRefused", message), {
    is: "after",
    ms: intervalMs(proposal.spec.interval),
  });
}

const proposalsOf = (repository: Repository, lookup: Lookup): readonly Key[] =>
  lookup
    .list(ChangeProposal, repository.metadata.namespace)
    .filter(({ spec }) => spec.repositoryRef.name === repository.metadata.name)
    .map(({ metadata: { namespace, name } }) => ({ namespace, name }));

const ofRepository = watch(
  Repository,
  proposalsOf,
  (before, after) =>
    before.status?.head?.sha !== after.status?.head?.sha || before.metadata.generation !== after.metadata.generation,
);

const ofForge = watch(
  Forge,
  ({ metadata }, lookup) =>
    lookup
      .list(Repository, metadata.namespace)
      .filter(({ spec }) => spec.forgeRef.name === metadata.name)
      .flatMap((repository) => proposalsOf(repository, lookup)),
  (before, after) => before.metadata.generation !== after.metadata.generation || isStalled(before) !== isStalled(after),
);

/** Proposals whose place another one takes, or gives back. */
const ofHeir = watch(
  ChangeProposal,
  ({ metadata: { namespace }, spec }) => (spec.supersedes ?? []).map((name) => ({ namespace, name })),
  (before, after) =>
    before.metadata.generation !== after.metadata.generation ||
    before.status?.phase !== after.status?.phase ||
    before.status?.pullRequest?.state !== after.status?.pullRequest?.state,
);
