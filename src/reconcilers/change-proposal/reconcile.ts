import { ChangeProposal, type Priority } from "../../schema/change-proposal.ts";
import { Forge } from "../../schema/forge.ts";
import { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import { ForgeError } from "../errors.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import { intervalMs } from "../interval.ts";
import type { Key, Lookup } from "../ports.ts";
import { type Outcome, type Reconciler, type Turn, watch } from "../reconciler.ts";
import type { Runner } from "../runner-port.ts";
import { isStalled, slugOf, type Way, wayTo } from "../way.ts";
import type { Scalars } from "../yaml/scalars.ts";
import { decide, decideFinal } from "./decide.ts";
import { advance } from "./journal.ts";
import { observe } from "./observe.ts";
import type { Status } from "./observed.ts";
import { reportUnseen } from "./report.ts";
import { settled } from "./settled.ts";
import { verdicts } from "./verdict.ts";

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
    watches: [ofRepository, ofForge],

    async reconcile(proposal, { now, signal }) {
      const way = wayOf(proposal, world.lookup);
      const calm = settled(proposal, repositoryOf(proposal, world.lookup));
      if (calm) return calm;
      if (proposal.spec.suspend) return suspended(proposal);
      if (way.is === "shut")
        return reportUnseen(proposal, way.finding, { is: "after", ms: intervalMs(proposal.spec.interval) });
      const hands = await reach(way, world, { now, signal, priority: proposal.spec.priority });
      const observed = await observe(proposal, way.repository, hands);
      return (await advance(observed, decide, hands, now))!;
    },

    async finalize(proposal, { now, signal }) {
      // Suspended means: leave it alone. So that is the way to let the object go and keep the pull request.
      if (proposal.spec.suspend) return "gone";
      const way = wayOf(proposal, world.lookup);
      if (way.is === "shut")
        return isGone(way) ? "gone" : reportUnseen(proposal, way.finding, { is: "after", ms: 60_000 });
      try {
        const hands = await reach(way, world, { now, signal, priority: proposal.spec.priority });
        const observed = await observe(proposal, way.repository, hands);
        return (await advance(observed, decideFinal, hands, now)) ?? "gone";
      } catch (error) {
        return withoutCleaning(proposal, error);
      }
    },
  };
}

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
  return reportUnseen(proposal, { verdict: verdicts.Suspended, reason: "Suspended", message }, { is: "never" });
};

const isGone = ({ finding: { reason } }: Extract<Way, { is: "shut" }>): boolean =>
  reason === "RepositoryUnknown" || reason === "ForgeUnknown";

/** Where there is no repository any more, there is nothing to clean up. Where we may not, a person has to say so. */
function withoutCleaning(proposal: ChangeProposal, error: unknown): "gone" | Outcome<Status> {
  if (!(error instanceof ForgeError)) throw error;
  if (error.code === "absent") return "gone";
  if (error.code !== "denied" && error.code !== "rejected") throw error;
  const message = `its pull request and branch cannot be cleaned up (${error.message}): allow it, or set spec.suspend to true to leave them and let the proposal go`;
  const finding = { verdict: verdicts.CleanUpRefused, reason: "CleanUpRefused", message };
  return reportUnseen(proposal, finding, { is: "after", ms: intervalMs(proposal.spec.interval) });
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
