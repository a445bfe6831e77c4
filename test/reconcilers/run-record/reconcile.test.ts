import assert from "node:assert/strict";
import { test } from "node:test";
import { keepRecord } from "../../../src/reconcilers/ledger/record.ts";
import { RunRecord } from "../../../src/schema/run-record.ts";
import { silent } from "../../support/memory-host.ts";
import { given } from "../../support/world.ts";

const run = { namespace: "fleet", run: "autumn-1a2b", about: "ReleasePlan/autumn" };
const happenings = Array.from({ length: 450 }, (_, at) => ({
  at: "2026-11-21T10:00:00Z",
  kind: "NodeEntered",
  subject: `node-${at}`,
  actor: "millrace",
  reason: "Ready",
}));

async function recorded() {
  const world = given([], {});
  const { records, replica } = world;
  const turn = { signal: new AbortController().signal, log: silent };
  await keepRecord({ records, lookup: replica.view }, run, { happenings: () => happenings, close: true }, turn);
  await world.settles();
  return world;
}
const said = ({ cluster }: Awaited<ReturnType<typeof recorded>>) =>
  [...cluster.objects.values()].map(({ metadata: { name }, status }) => {
    const { conditions, entries } = status as { conditions: { reason: string; message: string }[]; entries?: number };
    return `${name} ${entries ?? "-"} ${conditions[0]!.reason}: ${conditions[0]!.message}`;
  });

test("every part says how many entries hold up to its end", async () => {
  assert.deepEqual(said(await recorded()), [
    "autumn-1a2b-0 200 Intact: 200 entries up to here, as they were written",
    "autumn-1a2b-1 400 Intact: 400 entries up to here, as they were written",
    "autumn-1a2b-2 450 Intact: 450 entries up to here, as they were written; the run is over",
  ]);
});

test("where an entry is changed, that part and all after it say so", async () => {
  const world = await recorded();
  world.records.isTampered = true;
  const spec = RunRecord.object.parse(world.cluster.get(RunRecord, "autumn-1a2b-1")).spec;
  const entries = spec.entries.map((entry) => (entry.seq === 250 ? { ...entry, reason: "Failed" } : entry));
  world.cluster.edit(RunRecord, "autumn-1a2b-1", { entries });
  await world.settles();
  const [first, second, third] = said(world);
  assert.match(first!, / 200 Intact: /);
  assert.match(second!, / - LedgerBroken: entry 250 was changed after it was written: /);
  assert.match(third!, / - LedgerBroken: what is before segment 2 does not hold: /);
});

test("where a part is gone, those after it say so", async () => {
  const world = await recorded();
  world.records.isTampered = true;
  world.cluster.delete(RunRecord, "autumn-1a2b-0");
  await world.settles();
  const [second, third] = said(world);
  assert.match(second!, / - LedgerBroken: segment 0 is missing: /);
  assert.match(third!, / - LedgerBroken: what is before segment 2 does not hold: /);
});
