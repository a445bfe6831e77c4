import assert from "node:assert/strict";
import { test } from "node:test";
import { happeningsOf } from "../../../src/reconcilers/release-plan/record.ts";
import { ReleasePlan } from "../../../src/schema/release-plan.ts";
import { append, begin, type Entry } from "../../../src/sequencer/ledger.ts";

const [t0, t1, t2, t3] = ["00", "01", "02", "03"].map((hour) => `2026-01-01T${hour}:00:00Z`) as [
  string,
  string,
  string,
  string,
];

const plan = (nodes: readonly object[], more: object = {}) =>
  ReleasePlan.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ReleasePlan",
    metadata: { name: "autumn", namespace: "fleet", uid: "1" },
    spec: { releases: [{ repositoryRef: { name: "sdk" } }], requestedBy: "ada" },
    status: { startedAt: t0, digest: "d", nodes, ...more },
  });

const depths = new Map([
  ["app", 1],
  ["sdk", 2],
]);

/** The record after these states of a plan, each told on top of what was told. */
function record(...plans: readonly ReleasePlan[]): readonly Entry[] {
  let [segment] = [begin("run")];
  for (const each of plans)
    [segment] = append(segment, happeningsOf(each, { told: segment.entries, depths, now: t3 })) as [typeof segment];
  return segment.entries;
}

const told = (entries: readonly Entry[]) =>
  entries.map(({ at, kind, subject }) => `${at.slice(11, 13)} ${kind} ${subject}`);
const going = { name: "sdk", phase: "Bumping", since: t1, before: "1.0.0" };
const failed = { ...going, phase: "Failed", until: t2, message: "ChecksFailed" };

test("each step is told once, however often it is looked at", () => {
  const end = plan([{ ...going, phase: "Succeeded", version: "1.0.1", until: t2 }], {
    finishedAt: t2,
    phase: "Succeeded",
  });
  const entries = record(plan([]), plan([going]), plan([going]), end, end);
  assert.deepEqual(told(entries), [
    "00 RunBegan ReleasePlan/autumn",
    "01 NodeEntered sdk",
    "02 NodeExited sdk",
    "02 RunEnded ReleasePlan/autumn",
  ]);
  assert.deepEqual([entries[0]!.actor, entries[2]!.before, entries[2]!.after], ["ada", "1.0.0", "1.0.1"]);
});

test("what was never seen in between is told by the end", () => {
  assert.deepEqual(told(record(plan([failed, { name: "app", phase: "Skipped", message: "since sdk failed" }]))), [
    "00 RunBegan ReleasePlan/autumn",
    "01 NodeEntered sdk",
    "02 NodeFailed sdk",
    "03 NodeSkipped app",
  ]);
});

test("a second try is told again, with the wish that it follows", () => {
  const again = { ...going, since: t3, retried: "please" };
  const entries = record(plan([failed]), plan([{ name: "sdk", phase: "Ready" }]), plan([again]));
  assert.deepEqual(told(entries).slice(1), ["01 NodeEntered sdk", "02 NodeFailed sdk", "03 NodeEntered sdk"]);
  assert.equal(entries.at(-1)!.reason, "tried again: please");
});

test("a preview has no record", () => {
  assert.deepEqual(happeningsOf(plan([going], { startedAt: undefined }), { told: [], depths, now: t3 }), []);
});

test("what was waited for is told before what waited, also within one second", () => {
  const nodes = [
    { name: "app", phase: "Bumping", since: t1 },
    { ...going, phase: "Succeeded", version: "1.0.1", until: t1 },
  ];
  assert.deepEqual(told(record(plan(nodes))).slice(1), [
    "01 NodeEntered sdk",
    "01 NodeExited sdk",
    "01 NodeEntered app",
  ]);
});
