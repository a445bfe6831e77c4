import assert from "node:assert/strict";
import { test } from "node:test";
import { Operation } from "../../src/schema/operation.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import { verify } from "../../src/sequencer/ledger.ts";
import { forge, repository, sdk, syncSources } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const librarian = { "librarian.yaml": `sources:\n  apis:\n    commit: ${"0".repeat(40)}\nlibraries: []\n` };
const names = ["sdk-go", "sdk-node"];

function fleet(spec: object = {}): World {
  const merge = { mode: "WhenChecksPass", allowNoChecks: true };
  return given(
    [forge(), repository("apis"), ...names.map((name) => sdk(name)), syncSources("sync", { merge, ...spec })],
    {
      "acme/apis": { "a.proto": "1" },
      "acme/sdk-go": librarian,
      "acme/sdk-node": librarian,
    },
  );
}

/** What is recorded, run by run in the order of their beginning; commits are `…`. Every chain holds. */
function recorded(world: World): readonly string[][] {
  const records = [...world.cluster.objects.values()]
    .filter(({ kind }) => kind === RunRecord.kind)
    .map((each) => RunRecord.object.parse(each));
  const runs = [...new Set(records.map(({ spec }) => spec.run))].map((run) => {
    const parts = records.filter(({ spec }) => spec.run === run).map(({ spec }) => spec);
    assert.equal(verify(run, parts as never).is, "intact", run);
    const entries = parts.toSorted((a, b) => a.index - b.index).flatMap((part) => part.entries);
    const lines = entries.map(
      ({ kind, subject, before = "-", after = "-" }) => `${kind} ${subject} ${before} ${after}`,
    );
    const [began] = entries;
    const first = `${began!.kind}: ${began!.reason.replace(/\b[0-9a-f]{7,}\b/g, "…")}`;
    return { at: began!.at, lines: [first, ...lines.slice(1), ...(parts.at(-1)!.isClosed ? ["closed"] : [])] };
  });
  return runs.sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ lines }) => lines);
}
const status = (world: World) => Operation.object.parse(world.cluster.get(Operation, "sync")).status!;

test("a run is recorded from its cause to its end, and one that finds everything right is not", async () => {
  const world = fleet();
  await world.settles();
  const first = [
    "RunBegan: Created: brings apis …",
    "ProposalEntered sdk-go - Open",
    "ProposalEntered sdk-node - Open",
    "ProposalExited sdk-go Open UpToDate",
    "ProposalExited sdk-node Open UpToDate",
    "RunEnded Operation/sync - -",
    "closed",
  ];
  assert.deepEqual(recorded(world), [first]);
  const { run } = status(world);
  world.cluster.annotate(Operation, "sync", { "millrace.dev/requestedAt": "now" });
  await world.settles();
  assert.equal(status(world).lastRun!.cause, "Requested");
  assert.deepEqual([recorded(world), status(world).run], [[first], run]);

  world.person.push("acme/apis", "main", { "a.proto": "2" });
  world.clock.advance(600_000);
  await world.settles();
  const second = recorded(world)[1]!;
  assert.deepEqual([second[0], second.at(-1)], ["RunBegan: Push: brings apis …", "closed"]);
  assert.notEqual(status(world).run, run);
});

test("a proposal that a person closes has failed, with what they can do; the next run ends this one", async () => {
  const world = fleet({ merge: { mode: "Manual" } });
  await world.settles();
  world.person.close("acme/sdk-go", 1);
  world.person.merge("acme/sdk-node", 1);
  world.clock.advance(600_000);
  await world.settles();
  assert.deepEqual(recorded(world)[0]!.slice(3).sort(), [
    "ProposalExited sdk-node Open UpToDate",
    "ProposalFailed sdk-go Open Declined",
  ]);
  world.person.push("acme/apis", "main", { "a.proto": "2" });
  world.clock.advance(600_000);
  await world.settles();
  const [before, now] = recorded(world);
  assert.deepEqual(before!.slice(-2), ["RunEnded Operation/sync - -", "closed"]);
  assert.equal(now![0], "RunBegan: Push: brings apis …");
});

test("what a person takes back after the end of a run is a run of its own", async () => {
  const world = fleet();
  await world.settles();
  world.person.push("acme/sdk-go", "main", librarian);
  world.clock.advance(3_600_000);
  await world.settles();
  const [first, second] = recorded(world);
  assert.equal(first!.at(-1), "closed");
  assert.ok(second!.includes("ProposalFailed sdk-go Open Reverted"), second!.join("\n"));
});

test("a cluster that takes no records keeps no repository waiting, and the record catches up", async () => {
  const world = fleet({ merge: { mode: "Manual" } });
  world.records.fail = () => new Error("no room");
  await world.settles();
  assert.deepEqual([recorded(world), status(world).open], [[], 2]);
  world.records.fail = () => undefined;
  world.clock.advance(30_000);
  await world.settles();
  assert.deepEqual(recorded(world)[0]!.length, 3);
});

test("a repository that is taken out of the selection leaves the run", async () => {
  const world = fleet({ merge: { mode: "Manual" } });
  await world.settles();
  world.cluster.edit(Operation, "sync", { repositories: { names: ["sdk-node"] } });
  await world.settles();
  const [before, now] = recorded(world);
  assert.deepEqual(before!.slice(-2), ["RunEnded Operation/sync - -", "closed"]);
  assert.deepEqual(now, ["RunBegan: Changed: brings apis …", "ProposalEntered sdk-node - Open"]);
});
