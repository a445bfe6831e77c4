import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "../../../src/controller/client.ts";
import { nameOf, namespace, repositories } from "./fleet.ts";
import { wallMs } from "./meter.ts";
import { Program } from "./program.ts";
import { type Figures, percentile, type Row } from "./table.ts";

/** A contestant: how it is started, and with which words. */
export interface Entry {
  readonly name: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Course {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Processes of the control plane. */
  readonly pids: readonly number[];
  readonly client: Client;
  readonly count: number;
}

let runs = 0;
/** Unique over processes, as heads of an earlier bench may still be there. */
const epoch = Math.round(wallMs());

/** Runs every entry so often, round-robin, so that a noisy minute does not fall on one of them alone. */
export async function race(course: Course, entries: readonly Entry[], reps: number, changes = 0): Promise<Row[]> {
  const rows: Row[] = entries.map(({ name }) => ({ name, samples: [] }));
  for (let rep = 0; rep < reps; rep++) {
    for (const [place, entry] of entries.entries()) {
      const figures = await start(course, entry, changes);
      console.error(`${entry.name} ${entry.args.join(" ")}: ${JSON.stringify(figures)}`);
      rows[place]!.samples.push(figures);
    }
  }
  return rows;
}

async function start(course: Course, { name, command, args, env = {} }: Entry, changes: number): Promise<Figures> {
  runs++;
  const { kubeconfig, pids, count } = course;
  // Idle and latency begin where nothing is left to do, after the first such run.
  const run = args.includes("-mode=reconcile") || args.includes("--mode=reconcile") ? `${epoch}-${runs}` : "steady";
  const dash = args[0]?.startsWith("--") ? "--" : "-";
  const known = { KUBECONFIG: kubeconfig, BENCH_PIDS: pids.join(" "), BENCH_START: `${Math.round(wallMs())}000000` };
  const words = [...command, `${dash}count=${count}`, `${dash}limit=${count}`, `${dash}run=${run}`, ...args];
  const program = new Program(name, words, { ...known, ...env });
  const expected = changes > 0 ? await change(program, course, changes) : undefined;
  const line = await program.line();
  await program.end();
  const { Seen, Requests: _, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const figures = rest as Figures;
  const latency = expected ? latencies(expected, (Seen ?? {}) as Record<string, number>) : {};
  return { ...figures, ...perWrite(figures), ...latency };
}

/** Milliseconds of CPU, so that runs over different numbers of objects compare. */
function perWrite({ Rate = 0, Seconds = 0, SelfCPU = 0, ServerCPU = 0 }: Figures): Figures {
  const writes = Rate * Seconds;
  return writes > 0 ? { SelfPerWrite: (SelfCPU * 1_000) / writes, ServerPerWrite: (ServerCPU * 1_000) / writes } : {};
}

type Sent = ReadonlyMap<string, { readonly sentMs: number; readonly answeredMs: number }>;

/** Changes objects as another client does, 20 a second by the clock, each to a branch that occurs once. */
async function change(program: Program, { client, count }: Course, changes: number): Promise<Sent> {
  const ready = await program.line();
  if (ready !== "ready") throw new Error(`"ready" was expected, not ${ready}`);
  const sent = new Map<string, { sentMs: number; answeredMs: number }>();
  const begin = wallMs();
  for (let index = 0; index < changes; index++) {
    await wait(Math.max(0, begin + index * 50 - wallMs()));
    const branch = `t${runs}-${index}`;
    const name = nameOf(Math.floor((index * count) / changes));
    const sentMs = wallMs();
    await client.mergePatch(repositories, { namespace, name }, { spec: { branch } }, { fieldManager: "changer" });
    sent.set(branch, { sentMs, answeredMs: wallMs() });
  }
  await wait(2_000);
  // Its input ends, so it reports.
  void program.end();
  return sent;
}

/** The Go peer notes nanoseconds, ours milliseconds. */
const inMs = (at: number): number => (at > 1e15 ? at / 1e6 : at);

function latencies(sent: Sent, seen: Readonly<Record<string, number>>): Figures {
  const calls = [...sent].flatMap(([branch, { sentMs, answeredMs }]) => {
    const at = seen[branch];
    return at === undefined ? [] : [{ sent: inMs(at) - sentMs, answered: inMs(at) - answeredMs }];
  });
  const by = (of: "sent" | "answered", percent: number): number =>
    percentile(
      calls.map((call) => call[of]),
      percent,
    );
  return {
    Sent50: by("sent", 50),
    Sent99: by("sent", 99),
    Sent100: by("sent", 100),
    Answered50: by("answered", 50),
    Answered99: by("answered", 99),
    Lost: sent.size - calls.length,
  };
}
