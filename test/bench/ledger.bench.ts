/**
 * What the record of a run costs: a turn in which all is told already, one that adds an entry, and verifying the whole.
 *
 *     make bench
 *
 * `growth` is the time at ten times the entries, divided by ten: 1 is linear, and less is better.
 */
import { keepRecord } from "../../src/reconcilers/ledger/record.ts";
import { type Entry, type Happening, type Segment, verify } from "../../src/sequencer/ledger.ts";
import { MemoryCluster, View } from "../support/memory-cluster.ts";
import { silent } from "../support/memory-host.ts";
import { MemoryRecords } from "../support/memory-records.ts";

const runs = 15;
const run = { namespace: "fleet", run: "autumn-1a2b", about: "ReleasePlan/autumn" };
const turn = { signal: new AbortController().signal, log: silent };
const happening = (at: number): Happening => ({
  at: "2026-11-21T10:00:00Z",
  kind: "NodeExited",
  subject: `repository-${at}`,
  actor: "millrace",
  reason: "released",
  before: "1.0.0",
  after: "1.1.0",
});

async function medianMs(work: () => unknown): Promise<number> {
  await work();
  const times: number[] = [];
  for (let each = 0; each < runs; each++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!;
}

console.log(`node ${process.version}, median of ${runs}`);
console.log("what         entries  median ms  growth");
const before = new Map<string, number>();
for (const size of [100, 1_000, 10_000]) {
  const cluster = new MemoryCluster();
  const [records, lookup] = [new MemoryRecords(cluster), new View(cluster)];
  const happenings = Array.from({ length: size }, (_, at) => happening(at));
  const keep = (wanted: readonly Happening[]) => {
    const untold = (told: readonly Entry[]): readonly Happening[] => {
      const known = new Set(told.map(({ subject }) => subject));
      return wanted.filter(({ subject }) => !known.has(subject));
    };
    return keepRecord({ records, lookup }, run, { happenings: untold, close: false }, turn);
  };
  await keep(happenings);
  lookup.refresh();
  const parts: readonly Segment[] = await records.read("", run.run, turn.signal);
  const costs = {
    quiet: await medianMs(() => keep(happenings)),
    entry: await medianMs(async () => {
      happenings.push(happening(happenings.length));
      await keep(happenings);
      lookup.refresh();
    }),
    verify: await medianMs(() => verify(run.run, parts)),
  };
  for (const [what, ms] of Object.entries(costs)) {
    const last = before.get(what);
    const growth = last === undefined ? "" : (ms / last / 10).toFixed(2);
    console.log(what.padEnd(10), String(size).padStart(9), ms.toFixed(3).padStart(10), growth.padStart(7));
    before.set(what, ms);
  }
}
