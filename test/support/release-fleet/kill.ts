import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { BaseStatus } from "../../../src/schema/object.ts";
import { ReleasePlan } from "../../../src/schema/release-plan.ts";
import { RunRecord } from "../../../src/schema/run-record.ts";
import { eventually } from "../eventually.ts";
import { mulberry32, type Random } from "../random.ts";
import { isBot, planFor } from "./fleet.ts";
import { problemsOfLedger } from "./ledger.ts";
import { type Member, membersOf } from "./member.ts";
import { problemsOfOrder, toldBy } from "./order.ts";
import { problemsOfOutcome } from "./outcome.ts";
import { namespace, type Stage, setStage } from "./stage.ts";

const maxParallel = 64;
/** Longest without anything new, and for a life to do its share. */
const patienceMs = 300_000;

/** What a run came to. */
export interface Killed {
  /** Fewer than were asked for where the plan was over before. */
  readonly kills: number;
  /** How long each process took to go on where the one before it was killed, as far as it was let. */
  readonly resumedMs: readonly number[];
  readonly seconds: number;
  readonly problems: readonly string[];
}

/**
 * Releases a fleet of so many by one plan, while the one controller process is killed with signal 9 again and again: at random
 * moments of the first seconds of its life, or some random number of deeds after it went on. Then lets it come to its end, and
 * gives what is wrong with it.
 */
export async function killPlan(
  { count, kills, seed }: { readonly count: number; readonly kills: number; readonly seed: number },
  say: (line: string) => void,
): Promise<Killed> {
  const random = mulberry32(seed);
  const members = membersOf(count, Math.min(7, count), seed);
  const stage = await setStage(members);
  try {
    await declared(stage, say);
    const began = performance.now();
    await stage.apply(planFor("autumn", namespace, members, maxParallel));
    const due = dueOf(members);
    const resumedMs: number[] = [];
    let killed = 0;
    for (; killed < kills && (await planOf(stage)).phase !== "Succeeded"; killed++) {
      const budget = (2 * random() * (due - stage.deeds())) / (kills - killed + 1);
      const resumed = await oneLife(stage, budget, random);
      if (resumed !== undefined) resumedMs.push(resumed);
      if (killed % 10 === 9) say(`${killed + 1} kills, ${stage.deeds()} of about ${due} deeds`);
    }
    await toTheEnd(stage);
    const seconds = (performance.now() - began) / 1_000;
    return { kills: killed, resumedMs, seconds, problems: await problemsOf(stage, members) };
  } finally {
    await stage.close();
  }
}

/** Lines that each leaves in the forge's log: branch, pull request, merge, base and branch again; a release has two more. */
const dueOf = (members: readonly Member[]): number =>
  members.reduce((sum, { needs }) => sum + 7 + (needs.some(({ pin }) => pin) ? 5 : 0), 0);

interface PlanStatus extends BaseStatus {
  readonly phase?: string;
  readonly nodes?: readonly { readonly name: string; readonly phase: string; readonly message?: string }[];
}

async function planOf(stage: Stage): Promise<PlanStatus & { readonly version: string }> {
  const [plan] = await stage.list(ReleasePlan.kind);
  return { ...((plan!["status"] ?? {}) as PlanStatus), version: plan!.metadata.resourceVersion };
}

/** Every Repository is known, its graph and all, before the plan is declared. */
async function declared(stage: Stage, say: (line: string) => void): Promise<void> {
  const controller = stage.start();
  const began = performance.now();
  const isReady = (status: BaseStatus | undefined): boolean =>
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  const waiting = async () => (await stage.list("Repository")).filter((each) => !isReady(each["status"] as BaseStatus));
  try {
    await eventually(
      "every Repository is Ready",
      async () => (await waiting()).length === 0,
      300,
      async () => `${(await waiting()).length} are not\n${controller.tail()}`,
    );
    say(`all Repositories Ready after ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  } finally {
    await controller.end("SIGTERM");
  }
}

/** Gives after how long it went on, where it was let. */
async function oneLife(stage: Stage, budget: number, random: Random): Promise<number | undefined> {
  const { version } = await planOf(stage);
  const before = stage.deeds();
  await stage.renewTokens();
  const controller = stage.start();
  const born = performance.now();
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    while (!(await isSo())) {
      if (controller.child.exitCode !== null) assert.fail(`it ended by itself:\n${controller.tail()}`);
      if (performance.now() - born > patienceMs)
        assert.fail(`no ${what} within ${patienceMs / 1_000} s:\n${controller.tail()}`);
      await wait(200);
    }
  };
  try {
    if (random() < 0.3) {
      await wait(random() * 2_500);
      return undefined;
    }
    const goesOn = async () => stage.deeds() > before || (await planOf(stage)).version !== version;
    await until("progress", goesOn);
    const resumed = performance.now() - born;
    const isEnough = async () => stage.deeds() - before >= budget || (await planOf(stage)).phase === "Succeeded";
    await until(`${Math.ceil(budget)} deeds`, isEnough);
    // Somewhere within whatever comes next.
    await wait(random() * 400);
    return resumed;
  } finally {
    await controller.end("SIGKILL");
  }
}

/** Lets it work until the plan is over. */
async function toTheEnd(stage: Stage): Promise<void> {
  await stage.renewTokens();
  const controller = stage.start();
  let [last, since] = ["", performance.now()];
  try {
    for (;;) {
      const { phase, nodes = [], version } = await planOf(stage);
      if (phase === "Succeeded") return;
      const open = nodes.filter((each) => each.phase !== "Succeeded").map((each) => JSON.stringify(each));
      if (phase === "Failed" || phase === "Blocked" || phase === "Aborted")
        assert.fail(`the plan is ${phase}:\n${open.join("\n")}\n${controller.tail()}`);
      if (version !== last) [last, since] = [version, performance.now()];
      if (performance.now() - since > patienceMs)
        assert.fail(`nothing new for ${patienceMs / 1_000} s:\n${open.join("\n")}\n${controller.tail()}`);
      await wait(250);
    }
  } finally {
    await controller.end("SIGTERM");
  }
}

async function problemsOf(stage: Stage, members: readonly Member[]): Promise<readonly string[]> {
  const told = toldBy(stage.forge.log(), isBot);
  const { nodes = [] } = await planOf(stage);
  const unfinished = nodes.filter(({ phase }) => phase !== "Succeeded").map(({ name, phase }) => `${name} is ${phase}`);
  return [
    ...(nodes.length === members.length ? unfinished : [`the plan has ${nodes.length} nodes`]),
    ...problemsOfOrder(members, told),
    ...(await problemsOfOutcome(members, told, stage.ada)),
    ...problemsOfLedger(members, await stage.list(RunRecord.kind)),
  ];
}
