import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Release } from "../../schema/release.ts";
import { ReleasePlan } from "../../schema/release-plan.ts";
import { Repository } from "../../schema/repository.ts";
import type { Entry } from "../../sequencer/ledger.ts";
import { keepRecord } from "../ledger/record.ts";
import { ownersOf } from "../owner.ts";
import type { Records } from "../ports.ts";
import { type Outcome, type Reconciler, type Turn, watch } from "../reconciler.ts";
import { isStalled } from "../way.ts";
import { act, type Hands } from "./act.ts";
import { afterTrouble } from "./attempt.ts";
import { decide } from "./decide.ts";
import { PassedChecks } from "./hold/passed.ts";
import { timeOf } from "./node.ts";
import { observe, type Sight } from "./observe.ts";
import type { Effect } from "./observed.ts";
import { previewed } from "./preview.ts";
import { happeningsOf } from "./record.ts";
import { againAt, isOver, lastWord, statusOf } from "./report.ts";
import { refusalOf } from "./retry.ts";
import type { Status } from "./stage.ts";
import { found, type Reason, verdicts } from "./verdict.ts";

/** What the reconciler of ReleasePlans needs from the world. */
export interface World extends Hands {
  readonly records: Records;
}

/** Walks the graph: bump, merge, release, verify, next. Everything outside of the cluster is done by its children. */
export function releasePlanReconciler(world: World): Reconciler<typeof ReleasePlan> {
  const passed = new PassedChecks();
  return {
    kind: ReleasePlan,
    watches: [ofProposal, ofRelease, ofRepository],

    async reconcile(plan, turn) {
      if (plan.spec.suspend) return suspended(plan);
      const sight = await observe(plan, { ...world, passed }, turn);
      const isRecorded = await keepsRecord(sight, world, turn);
      const word = isOver(plan.status) ? lastWordOf(sight) : undefined;
      if (word !== undefined) return rest(plan, word, { sight, isRecorded }, { world, turn });
      return advance(sight, isRecorded, { world, turn });
    },
  };
}

interface Here {
  readonly world: World;
  readonly turn: Turn;
}

async function advance(sight: Sight, isRecorded: boolean, { world, turn }: Here): Promise<Outcome<Status>> {
  const { observed, net } = sight;
  const decision = decide(observed);
  const troubles = await act(decision.effects, { sight, nodes: decision.nodes }, world, turn);
  const life = { now: turn.now, policy: observed.plan.spec.policy };
  const nodes = decision.nodes.map((node) => {
    const trouble = troubles.get(node.name);
    return trouble ? afterTrouble(node, trouble, life) : node;
  });
  const shown = decision.phase === "Previewed" ? await previewed(nodes, sight, world, turn) : nodes;
  const done = { ...decision, nodes: shown };
  return {
    finding: decision.finding,
    status: statusOf(observed, done, net),
    again: againAt(observed, done, isRecorded),
  };
}

/** The record says what the status of the last turn says. */
async function keepsRecord({ observed: { plan, planned } }: Sight, world: World, turn: Turn): Promise<boolean> {
  const { metadata, status } = plan;
  if (status?.run === undefined) return true;
  const run = { namespace: metadata.namespace, run: status.run, about: `ReleasePlan/${metadata.name}` };
  const depths = new Map("steps" in planned ? planned.steps.map(({ name, depth }) => [name, depth]) : []);
  const now = timeOf(turn.now);
  const telling = {
    happenings: (told: readonly Entry[]) => happeningsOf(plan, { told, depths, now }),
    close: isOver(status),
  };
  return (await keepRecord(world, run, telling, turn)) === "kept";
}

/** What a plan that is over goes on to say; undefined where it is taken up again. */
function lastWordOf({ observed }: Sight): string | undefined {
  const { plan, planned, retry } = observed;
  const said = (lastWord(plan)?.message ?? "").split(notAgain)[0]!;
  if (retry === undefined) return said;
  if (plan.spec.state === "Aborted") return `${said}${notAgain}spec.state is Aborted: set it to Running first`;
  if (!("steps" in planned)) return `${said}${notAgain}${planned.reason}: ${planned.message}`;
  const refusal = refusalOf(plan, planned);
  return refusal === undefined ? undefined : `${said}${notAgain}${refusal}`;
}

const notAgain = "; it is not tried again: ";

/** Over: it stays as it is. Of one that was aborted nothing goes on, however late it shows itself. */
async function rest(
  plan: ReleasePlan,
  message: string,
  { sight, isRecorded }: { readonly sight: Sight; readonly isRecorded: boolean },
  { world, turn }: Here,
): Promise<Outcome<Status>> {
  const { nodes = [], phase } = plan.status ?? {};
  const effects = nodes.flatMap((node): readonly Effect[] => {
    // Taking something away would close its pull request: after an abort even that waits.
    if (phase === "Aborted") return [{ do: "stop", node: node.name }];
    return node.phase === "Unchanged" ? [{ do: "drop", node: node.name }] : [];
  });
  await act(effects, { sight, nodes }, world, turn);
  const reason = lastWord(plan)?.reason ?? "";
  const finding =
    reason in verdicts ? found(reason as Reason, message) : found(phase === "Succeeded" ? phase : "Failed", message);
  return { finding, status: ownStatus(plan), again: { is: "after", ms: isRecorded ? 10 * 60_000 : 30_000 } };
}

function ownStatus({ status = {} }: ReleasePlan): Status {
  const { observedGeneration: _, conditions: __, lastHandledReconcileAt: ___, ...own } = status;
  return own;
}

function suspended(plan: ReleasePlan): Outcome<Status> {
  const message = "spec.suspend is true, so nothing more is done; what it made goes on: set it to false to go on";
  return { finding: found("Suspended", message), status: ownStatus(plan), again: { is: "never" } };
}

const ofProposal = watch(ChangeProposal, ownersOf(ReleasePlan));
const ofRelease = watch(Release, ownersOf(ReleasePlan));

/** The graph is that of all Repositories; plans are few. */
const ofRepository = watch(
  Repository,
  ({ metadata: { namespace } }, lookup) =>
    lookup
      .list(ReleasePlan, namespace)
      .flatMap(({ metadata, status }) => (isOver(status) ? [] : [{ namespace, name: metadata.name }])),
  (before, after) => knownOf(before) !== knownOf(after),
);

/** What of a repository a plan rests on. */
const knownOf = (repository: Repository): string => {
  const { manifests, latestRelease, libraries, head, conditions = [] } = repository.status ?? {};
  const isSeen = [head !== undefined, conditions.length > 0, isStalled(repository)];
  return JSON.stringify([repository.metadata.generation, manifests, latestRelease?.tag, libraries, ...isSeen]);
};
