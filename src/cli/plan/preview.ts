import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createForges } from "../../forge/forges.ts";
import { createGit } from "../../git/git.ts";
import type { Finding } from "../../reconcilers/conditions.ts";
import { observe } from "../../reconcilers/release-plan/observe.ts";
import { releasePlanReconciler, type World } from "../../reconcilers/release-plan/reconcile.ts";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Forge } from "../../schema/forge.ts";
import type { Kind, OwnStatus } from "../../schema/kind.ts";
import { Release } from "../../schema/release.ts";
import { ReleasePlan } from "../../schema/release-plan.ts";
import { Repository } from "../../schema/repository.ts";
import type { Context } from "../command.ts";
import type { Scene } from "../diff/scene.ts";
import { quiet } from "../quiet.ts";

/** Kinds that a plan rests on. */
export const planKinds: readonly Kind[] = [Forge, Repository, ChangeProposal, Release, ReleasePlan];

/** What a plan would do now, or does. */
export interface Preview {
  readonly namespace: string;
  readonly name: string;
  readonly finding: Finding;
  readonly status: OwnStatus<typeof ReleasePlan>;
  /** Nodes that can be under way at the same time, what goes first first. Empty where nothing can be planned. */
  readonly order: readonly (readonly string[])[];
}

/** Where a preview wrote something, it would be none. */
const refuse = async (): Promise<never> => {
  throw new Error("a preview writes nothing");
};

/**
 * What applying the plan would do, as a plan with `state: Preview` says it: from the repositories as they are now, in a folder of its
 * own that is removed afterwards. Nothing is written anywhere.
 */
export async function previewPlan(plan: ReleasePlan, { lookup, secrets }: Scene, context: Context): Promise<Preview> {
  const { clock, random, env, signal } = context;
  const folder = await mkdtemp(join(tmpdir(), "millrace-plan-"));
  const forges = createForges({ secrets, clock, random, log: quiet });
  const path = env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  const git = createGit({ directory: join(folder, "git"), path, log: quiet });
  const writing = { children: { apply: refuse, remove: refuse }, records: { read: refuse, write: refuse } };
  const world: World = { lookup, forges, git, ...writing };
  const { status: _, ...rest } = plan;
  const asked: ReleasePlan = { ...rest, spec: { ...plan.spec, state: "Preview", suspend: false } };
  const turn = { now: clock.now(), signal, log: quiet };
  const { namespace, name } = plan.metadata;
  try {
    const { finding, status } = await releasePlanReconciler(world).reconcile(asked, turn);
    return { namespace, name, finding, status, order: await orderOf(asked, world, turn) };
  } finally {
    await git.close();
    await forges.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a plan that has begun says of itself. */
export async function standingPlan(plan: ReleasePlan, { lookup }: Scene, context: Context): Promise<Preview> {
  const { namespace, name } = plan.metadata;
  const { observedGeneration: _, conditions = [], lastHandledReconcileAt: __, ...status } = plan.status ?? {};
  const ready = conditions.find(({ type }) => type === "Ready");
  const isStalled = conditions.some(({ type, status: is }) => type === "Stalled" && is === "True");
  const verdict = ready?.status === "True" ? "ready" : isStalled ? "stalled" : "progressing";
  const finding = { verdict, reason: ready?.reason ?? "", message: ready?.message ?? "" } as const;
  const forges = { of: refuse };
  const turn = { now: context.clock.now(), signal: context.signal, log: quiet };
  // Health is not asked for: it takes no part in the order.
  const asked: ReleasePlan = { ...plan, spec: { ...plan.spec, state: "Preview" } };
  return { namespace, name, finding, status, order: await orderOf(asked, { lookup, forges }, turn) };
}

async function orderOf(
  plan: ReleasePlan,
  world: Parameters<typeof observe>[1],
  turn: Parameters<typeof observe>[2],
): Promise<readonly (readonly string[])[]> {
  const { planned } = (await observe(plan, world, turn)).observed;
  if (!("steps" in planned)) return [];
  const ranks = new Map<string, number>();
  // What a step is after has a longer chain ahead of it, so it comes first here.
  for (const { name, after } of planned.steps.toSorted((a, b) => b.depth - a.depth)) {
    ranks.set(name, 1 + Math.max(-1, ...after.map((each) => ranks.get(each)!)));
  }
  const order: string[][] = [];
  for (const { name } of planned.steps) {
    const rank = ranks.get(name)!;
    order[rank] = [...(order[rank] ?? []), name];
  }
  return order;
}
