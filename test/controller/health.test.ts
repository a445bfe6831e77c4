import assert from "node:assert/strict";
import { test } from "node:test";
import { liveness, readiness, type Vitals } from "../../src/controller/health.ts";

const well: Vitals = {
  caches: [
    { kind: "Forge", synced: true, lastSeenMs: 61_000 },
    { kind: "Repository", synced: true, lastSeenMs: 0 },
  ],
  overdue: [{ controller: "repository", ms: 0 }],
  lagMs: 20,
  lostLeadershipMs: undefined,
  stopping: false,
};
const cache = (synced: boolean, lastSeenMs: number) => ({ caches: [{ kind: "Forge", synced, lastSeenMs }] });

for (const [about, change, unready, unhealthy] of [
  ["all is well", {}, [], []],
  ["a cache is being filled", cache(false, 400_000), ["the cache of Forge is not filled yet"], []],
  ["bookmarks are a little late", cache(true, 179_000), [], []],
  ["the API server is away", cache(true, 200_000), ["the API server was last heard 200 s ago about Forge"], []],
  ["the process is stopping", { stopping: true }, ["the process is stopping"], []],
  ["a turn is a little late", { overdue: [{ controller: "repository", ms: 60_000 }] }, [], []],
  [
    "a turn never ends",
    { overdue: [{ controller: "repository", ms: 301_000 }] },
    [],
    ["a turn of repository ignores since 301 s that its time is over"],
  ],
  ["the event loop is always late", { lagMs: 6_000 }, [], ["the event loop is late by 6 s"]],
  ["leadership was just lost", { lostLeadershipMs: 5_000 }, [], []],
  [
    "leadership was lost and the process lives on",
    { lostLeadershipMs: 61_000 },
    [],
    ["leadership was lost 61 s ago, and the process has not ended"],
  ],
] as const satisfies readonly (readonly [string, Partial<Vitals>, readonly string[], readonly string[]])[]) {
  test(`the probes tell the truth when ${about}`, () => {
    const vitals = { ...well, ...change };
    assert.deepEqual(readiness(vitals), { ok: unready.length === 0, reasons: unready });
    assert.deepEqual(liveness(vitals), { ok: unhealthy.length === 0, reasons: unhealthy });
  });
}
