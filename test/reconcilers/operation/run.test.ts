import assert from "node:assert/strict";
import { test } from "node:test";
import { select } from "../../../src/reconcilers/operation/select.ts";
import { runOf } from "../../../src/reconcilers/operation/sync/run.ts";
import { Operation } from "../../../src/schema/operation.ts";
import { Repository } from "../../../src/schema/repository.ts";

const [old, young] = ["a".repeat(40), "b".repeat(40)];
const lastRun = { at: "2026-01-01T00:00:00Z", cause: "Created", heads: [{ name: "apis", sha: old }] };
const ran = { lastRun, observedGeneration: 1 };
const schedule = { cron: "0 6 * * *", timeZone: "Etc/UTC" };

interface Given {
  readonly status?: object;
  readonly spec?: object;
  readonly requested?: string;
  readonly heads?: Readonly<Record<string, string>>;
  readonly watched?: readonly string[];
  readonly now?: string;
}

const run = ({
  status = ran,
  spec = {},
  requested,
  heads = { apis: old },
  watched = ["apis"],
  now = "2026-01-01T01:00:00Z",
}: Given) =>
  runOf({
    operation: Operation.object.parse({
      apiVersion: "millrace.dev/v1alpha1",
      kind: "Operation",
      metadata: {
        name: "sync",
        namespace: "fleet",
        uid: "1",
        generation: 1,
        annotations: requested ? { "millrace.dev/requestedAt": requested } : {},
      },
      spec: { type: "SyncSources", repositories: { names: ["x"] }, ...spec },
      status,
    }),
    heads: new Map(Object.entries(heads)),
    watched: new Set(watched),
    now: new Date(now),
  });

for (const [about, given, cause, heads] of [
  ["the first, as soon as there is something to bring", { status: {} }, "Created", { apis: old }],
  ["none before that", { status: {}, heads: {} }, undefined, {}],
  ["none while nothing moves", {}, "same", { apis: old }],
  ["one when a watched head moves", { heads: { apis: young } }, "Push", { apis: young }],
  ["none when another one moves", { heads: { apis: young }, watched: [] }, "same", { apis: old }],
  [
    "one for a changed spec",
    { status: { ...ran, observedGeneration: 0 }, heads: { apis: young } },
    "Changed",
    { apis: young },
  ],
  ["one for a person", { requested: "now", heads: { apis: young } }, "Requested", { apis: young }],
  ["but only once", { requested: "now", status: { ...ran, lastHandledReconcileAt: "now" } }, "same", { apis: old }],
  [
    "one by the clock",
    { spec: { schedule }, now: "2026-01-01T06:00:00Z", heads: { apis: young }, watched: [] },
    "Schedule",
    { apis: young },
  ],
  [
    "one by the clock, however late",
    { spec: { schedule }, now: "2026-01-09T23:00:00Z", watched: [] },
    "Schedule",
    { apis: old },
  ],
  [
    "none before its time",
    { spec: { schedule }, now: "2026-01-01T05:59:59Z", heads: { apis: young }, watched: [] },
    "same",
    { apis: old },
  ],
  [
    "what is selected anew joins, and moves nobody else",
    { heads: { apis: young, protos: young }, watched: [] },
    "Selection",
    { apis: old, protos: young },
  ],
  [
    "none while suspended",
    { spec: { suspend: true }, heads: { apis: young }, requested: "now" },
    "same",
    { apis: old },
  ],
] as const satisfies readonly (readonly [string, Given, string | undefined, object])[]) {
  test(`runs: ${about}`, () => {
    const { run: got } = run(given);
    assert.equal(got?.cause === "Created" && got.at === lastRun.at ? "same" : got?.cause, cause);
    assert.deepEqual(Object.fromEntries(got?.heads.map(({ name, sha }) => [name, sha]) ?? []), heads);
  });
}

test("the next run is told", () => {
  assert.equal(run({ spec: { schedule } }).nextRunAt?.toISOString(), "2026-01-01T06:00:00.000Z");
  assert.equal(
    run({ spec: { schedule }, now: "2026-01-01T06:00:00Z" }).nextRunAt?.toISOString(),
    "2026-01-02T06:00:00.000Z",
  );
  assert.equal(run({ spec: { schedule, suspend: true } }).nextRunAt, undefined);
  assert.equal(run({}).nextRunAt, undefined);
});

const repositories = [
  { name: "a", labels: { fleet: "sdk", tier: "1" } },
  { name: "b", labels: { fleet: "sdk" } },
  { name: "c", labels: {} },
].map(({ name, labels }) =>
  Repository.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Repository",
    metadata: { name, namespace: "fleet", uid: name, labels },
    spec: { forgeRef: { name: "forge" }, owner: "acme", name },
  }),
);
const expression = (key: string, operator: string, ...values: string[]) => ({
  selector: { matchExpressions: [{ key, operator, values }] },
});

for (const [about, selection, want] of [
  ["all by an empty selector", { selector: {} }, "a b c"],
  ["by labels", { selector: { matchLabels: { fleet: "sdk", tier: "1" } } }, "a"],
  ["by one of some values", expression("fleet", "In", "sdk", "app"), "a b"],
  ["by none of some values, absent ones included", expression("tier", "NotIn", "1"), "b c"],
  ["by a label that is there", expression("tier", "Exists"), "a"],
  ["by a label that is not", expression("tier", "DoesNotExist"), "b c"],
  ["by no inherited property", expression("constructor", "Exists"), ""],
  ["by name, and tells the rest", { names: ["c", "z", "a", "y"] }, "a c; y z"],
] as const) {
  test(`repositories are selected ${about}`, () => {
    const selection_ = Operation.spec.shape.repositories.parse(selection);
    const { repositories: picked, unknown } = select(selection_, repositories);
    const names = picked.map(({ metadata }) => metadata.name).join(" ");
    assert.equal(unknown.length > 0 ? `${names}; ${unknown.join(" ")}` : names, want);
  });
}
