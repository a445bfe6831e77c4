import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { heapMiB, residentMiB, type Usage, usage, wallMs } from "./meter.ts";

/**
 * What a program is asked to do; the Go peer knows the same words.
 *
 * - `sync`: fill the cache, no controller
 * - `reconcile`: one status write for each of the first `limit` objects
 * - `idle`: when the cache is full and nothing is left to do, count for `forMs`
 * - `latency`: say "ready", note when a turn sees each changed spec.branch, until stdin closes
 */
export interface Task {
  readonly mode: "sync" | "reconcile" | "idle" | "latency";
  /** The heads that objects are brought to follow from it. */
  readonly run: string;
  readonly count: number;
  readonly limit: number;
  readonly workers: number;
  readonly forMs: number;
}

/** A controller that is measured. */
export interface Contestant {
  /** Starts, and resolves when the cache is full. */
  sync(): Promise<void>;
  /** How many objects the cache holds. */
  size(): number;
  /** Starts the workers. */
  work(): void;
  stop(): Promise<void>;
}

/** What a contestant tells while it runs. */
export class Witness {
  readonly #limit: number;
  readonly seen: Record<string, number> = {};
  calls = 0;
  failed = 0;
  reads = 0;
  writes = 0;
  lastCall = 0;
  begin: Usage | undefined;
  end: Usage | undefined;
  #written = 0;
  readonly done: Promise<void>;
  #nowDone: () => void = () => undefined;

  constructor({ limit }: Task) {
    this.#limit = limit;
    this.done = new Promise((resolve) => {
      this.#nowDone = resolve;
    });
  }

  /** A turn began. */
  called(branch: string): void {
    const at = wallMs();
    this.begin ??= usage();
    this.calls++;
    this.lastCall = at;
    if (branch.startsWith("t")) this.seen[branch] ??= at;
  }

  /** A request was answered. */
  answered(method: string, code: number): void {
    if (method === "GET") this.reads++;
    else this.writes++;
    if (method === "GET") return;
    if (code === 0 || code >= 400) this.failed++;
    else if (++this.#written === this.#limit) {
      this.end = usage();
      this.#nowDone();
    }
  }

  /** Resolves when every object had a turn, and nothing happened for three seconds. */
  async quiet(count: number): Promise<void> {
    while (this.calls < count || wallMs() - this.lastCall < 3_000) await wait(50);
  }
}

/** Runs a contestant as the command line says, and prints what was measured as one line of JSON. */
export async function judge(make: (task: Task, witness: Witness) => Promise<Contestant>): Promise<void> {
  const task = taskOf(process.argv.slice(2));
  const witness = new Witness(task);
  const contestant = await make(task, witness);
  const heapBefore = heapMiB();
  const began = usage();
  await contestant.sync();
  const synced = usage();
  if (contestant.size() !== task.count) throw new Error(`the cache holds ${contestant.size()} objects`);
  if (task.mode !== "sync") contestant.work();
  const figures = { Synced: synced.ms - began.ms, ...(await run(task, witness, { began, synced })) };
  const memory = { HeapDelta: heapMiB() - heapBefore, ...residentMiB() };
  const counted = { Calls: witness.calls, Failed: witness.failed, Reads: witness.reads, Writes: witness.writes };
  console.log(JSON.stringify({ ...counted, ...memory, ...figures }));
  await contestant.stop();
}

function taskOf(args: string[]): Task {
  const text = { type: "string" } as const;
  const options = { mode: text, run: text, count: text, limit: text, workers: text, for: text };
  const { values } = parseArgs({ args, options });
  const count = Number(values.count ?? 10_000);
  return {
    mode: (values.mode ?? "sync") as Task["mode"],
    run: values.run ?? "0",
    count,
    limit: Number(values.limit ?? count),
    workers: Number(values.workers ?? 1),
    forMs: Number(values.for ?? 60_000),
  };
}

async function run(task: Task, witness: Witness, { began, synced }: { began: Usage; synced: Usage }): Promise<object> {
  switch (task.mode) {
    case "sync":
      return spent(began, synced);
    case "reconcile": {
      await witness.done;
      const [begin, end] = [witness.begin!, witness.end!];
      // The last echoes.
      await wait(1_000);
      return { ...spent(begin, end), Rate: task.limit / ((end.ms - begin.ms) / 1_000) };
    }
    case "idle": {
      await witness.quiet(task.count);
      const before = { Reads: witness.reads, Writes: witness.writes, at: usage() };
      await wait(task.forMs);
      const idle = { Reads: witness.reads - before.Reads, Writes: witness.writes - before.Writes };
      return { ...idle, ...spent(before.at, usage()) };
    }
    case "latency":
      await witness.quiet(task.count);
      console.log("ready");
      for await (const _ of process.stdin);
      return { Seen: witness.seen };
  }
}

const spent = (from: Usage, to: Usage): object => {
  const SelfCPU = to.self - from.self;
  const ServerCPU = to.server - from.server;
  const OtherCPU = Math.max(0, to.machine - from.machine - SelfCPU - ServerCPU);
  return { Seconds: (to.ms - from.ms) / 1_000, SelfCPU, ServerCPU, OtherCPU };
};
