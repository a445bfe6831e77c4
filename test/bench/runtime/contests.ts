import type { Peer } from "./peer.ts";
import { script } from "./program.ts";
import { type Course, type Entry, race } from "./race.ts";
import { type Column, median, print, promise, type Row } from "./table.ts";

export interface Plan {
  readonly count: number;
  readonly reps: number;
  readonly wants: (section: string) => boolean;
}

const synced: readonly Column[] = [
  { head: "synced, ms", of: "Synced", digits: 0 },
  { head: "all stored, ms", of: "Stored", digits: 0 },
  { head: "heap added, MiB", of: "HeapDelta", digits: 1 },
  { head: "RSS, MiB", of: "RSS", digits: 0 },
  { head: "peak RSS, MiB", of: "Peak", digits: 0 },
  { head: "controller CPU, s", of: "SelfCPU", digits: 2 },
  { head: "server CPU, s", of: "ServerCPU", digits: 2 },
  { head: "all other CPU, s", of: "OtherCPU", digits: 2 },
];
const written: readonly Column[] = [
  { head: "reconciles/s", of: "Rate", digits: 0 },
  { head: "controller CPU per write, ms", of: "SelfPerWrite", digits: 3 },
  { head: "server CPU per write, ms", of: "ServerPerWrite", digits: 2 },
  { head: "all other CPU, s", of: "OtherCPU", digits: 1 },
  { head: "calls", of: "Calls", digits: 0 },
  { head: "failed writes", of: "Failed", digits: 0 },
  { head: "peak RSS, MiB", of: "Peak", digits: 0 },
];
const idle: readonly Column[] = [
  { head: "requests", of: "Reads", digits: 0 },
  { head: "writes", of: "Writes", digits: 0 },
  { head: "controller CPU, s", of: "SelfCPU", digits: 3 },
];
const latency: readonly Column[] = [
  { head: "since sent: p50", of: "Sent50", digits: 2 },
  { head: "p99", of: "Sent99", digits: 2 },
  { head: "max", of: "Sent100", digits: 2 },
  { head: "since answered: p50", of: "Answered50", digits: 2 },
  { head: "p99", of: "Answered99", digits: 2 },
  { head: "never seen", of: "Lost", digits: 0 },
];

const ours = (...args: readonly string[]): Entry => ({ name: "millrace", command: script("millrace.ts"), args });
/** It is so slow that a part of the objects has to do where all are written. */
const naive = (...args: readonly string[]): Entry => ({
  name: "client-node makeInformer",
  command: script("client-node.ts"),
  args,
});
const named = (name: string, entry: Entry): Entry => ({ ...entry, name });

/** What the embedded server counted of its requests. */
export type Counts = () => Promise<Readonly<Record<string, number>>>;

/** What is promised for one machine: absolute figures. */
export async function judgeEmbedded(course: Course, plan: Plan, counts: Counts): Promise<void> {
  const { count, reps, wants } = plan;
  if (wants("sync")) {
    const rows = await race(course, [ours("--mode=sync"), naive("--mode=sync")], reps);
    print(`Embedded server: sync of ${count} objects`, rows, synced);
    promise("synced within a second, ms", median(rows[0]!, "Synced"), { most: 1_000 });
    promise("heap of 10,000 objects, MiB", median(rows[0]!, "HeapDelta"), { most: 20 });
  }
  if (wants("reconcile")) {
    const entries = ["1", "8", "32"].map((workers) =>
      named(`millrace, ${workers} workers`, ours("--mode=reconcile", `--workers=${workers}`)),
    );
    const rows = await race(
      course,
      [...entries, naive("--mode=reconcile", "--workers=8", `--limit=${Math.min(count, 2_000)}`)],
      reps,
    );
    print(`Embedded server: one status write for each of ${count} objects`, rows, written);
    promise("reconciles a second", median(rows[1]!, "Rate"), { least: 2_000 });
  }
  if (wants("idle")) {
    // The first brings everything where it shall be.
    await race(course, [ours("--mode=idle", "--for=1", "--workers=8")], 1);
    const before = writesIn(await counts());
    const rows = await race(course, [ours("--mode=idle", "--for=20000", "--workers=8")], 1);
    print("Embedded server: idle for 20 s", rows, idle);
    promise("writes when idle, counted at the server", writesIn(await counts()) - before, { most: 0 });
  }
}

const writesIn = (counts: Readonly<Record<string, number>>): number =>
  Object.entries(counts).reduce((sum, [what, count]) => sum + (/^(get|list|watch) /.test(what) ? 0 : count), 0);

/** What is promised beside controller-runtime, in the same run. */
export async function judgeKubernetes(course: Course, plan: Plan, peer: Peer | undefined): Promise<void> {
  if (plan.wants("sync")) await judgeSync(course, plan, peer);
  if (plan.wants("reconcile")) await judgeReconcile(course, plan, peer);
  if (plan.wants("idle")) await judgeIdle(course, plan);
  if (plan.wants("latency")) await judgeLatency(course, plan, peer);
}

const theirs = (peer: Peer | undefined, name: string, ...args: readonly string[]): Entry[] =>
  peer ? [{ name: `controller-runtime, ${name}`, command: [peer.program], args }] : [];

async function judgeSync(course: Course, { count, reps }: Plan, peer: Peer | undefined): Promise<void> {
  const list = { KUBE_FEATURE_WatchListClient: "false" };
  const entries = [
    ours("--mode=sync"),
    ...theirs(peer, "LIST", "-mode=sync").map((entry) => ({ ...entry, env: list })),
    ...theirs(peer, "stripped", "-mode=sync", "-strip"),
    naive("--mode=sync"),
  ];
  const rows = await race(course, entries, reps);
  print(`kube-apiserver: sync of ${count} objects`, rows, synced);
  const [own, plain, stripped] = rows as [Row, Row, Row];
  if (!peer) return;
  promise("synced, of its LIST until all is stored", ratio(own, "Synced", plain, "Stored"), { most: 1 });
  promise("heap, of its stripped cache", ratio(own, "HeapDelta", stripped), { most: 1 });
}

async function judgeReconcile(course: Course, { count, reps }: Plan, peer: Peer | undefined): Promise<void> {
  const entries = [
    named("millrace, apply, 8", ours("--mode=reconcile", "--workers=8")),
    ...theirs(peer, "update, 8", "-mode=reconcile", "-workers=8", "-qps=-1", "-write=update"),
    ...theirs(peer, "patch, 8", "-mode=reconcile", "-workers=8", "-qps=-1", "-write=patch"),
    naive("--mode=reconcile", "--workers=8", `--limit=${Math.min(count, 2_000)}`),
  ];
  const rows = await race(course, entries, reps);
  print(`kube-apiserver: one status write for each of ${count} objects, 8 workers`, rows, written);
  const [own, update, patch] = rows as [Row, Row, Row];
  if (!peer) return;
  promise("reconciles/s, of its update", ratio(own, "Rate", update), { least: 0.95 });
  promise("reconciles/s, of its patch", ratio(own, "Rate", patch), { least: 0.95 });
  promise("controller CPU per write, of its update", ratio(own, "SelfPerWrite", update), { most: 1.5 });
}

async function judgeIdle(course: Course, { count }: Plan): Promise<void> {
  await race(course, [ours("--mode=idle", "--for=1", "--workers=8")], 1);
  const rows = await race(course, [ours("--mode=idle", "--for=60000", "--workers=8")], 1);
  print(`kube-apiserver: idle for 60 s with ${count} objects`, rows, idle);
  promise("writes when idle", median(rows[0]!, "Writes"), { most: 0 });
}

async function judgeLatency(course: Course, { reps }: Plan, peer: Peer | undefined): Promise<void> {
  const entries = [
    ours("--mode=latency"),
    ...theirs(peer, "1 worker", "-mode=latency", "-workers=1"),
    naive("--mode=latency"),
  ];
  const rows = await race(course, entries, reps, 500);
  print("kube-apiserver: 500 changes by another client, 20/s: ms until a turn begins", rows, latency);
  const [own, peers] = rows as [Row, Row];
  if (!peer) return;
  promise("change to reconcile, p99, of its", ratio(own, "Sent99", peers), { most: 1 });
  promise("changes never seen", Math.max(...own.samples.map(({ Lost = 0 }) => Lost)), { most: 0 });
}

const ratio = (own: Row, of: string, peer: Row, theirOf: string = of): number =>
  median(own, of) / median(peer, theirOf);
