import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createInformer } from "../../src/controller/informer.ts";
import { lookupOf } from "../../src/controller/lookup.ts";
import { recordsOf } from "../../src/controller/records.ts";
import { partKey } from "../../src/reconcilers/ledger/part.ts";
import { keepRecord } from "../../src/reconcilers/ledger/record.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import { append, begin, type Happening, verify } from "../../src/sequencer/ledger.ts";
import { applyDefinitions, clientFor } from "../support/cluster-client.ts";
import { silent } from "../support/memory-host.ts";
import type { TestServer } from "./turn.contract.ts";

const namespace = "default";
const about = "ReleasePlan/autumn";
const { signal } = new AbortController();
const happening = (subject: string): Happening => ({
  at: "2026-11-21T10:00:00.250Z",
  kind: "NodeEntered",
  subject,
  actor: "millrace",
  reason: "ready",
  after: "Ready",
});
const many = (count: number): Happening[] => Array.from({ length: count }, (_, at) => happening(`node-${at}`));

/** Holds an API server to what the records of runs count on. */
export function testRecords(name: string, start: () => Promise<TestServer>, skip: string | false = false): void {
  describe(`records of runs, on ${name}`, { skip }, () => {
    let server: TestServer;
    let client: Awaited<ReturnType<typeof clientFor>>;
    before(async () => {
      server = await start();
      client = await clientFor(server.kubeconfig);
      await applyDefinitions(client);
    });
    after(async () => {
      await client?.close();
      await server?.close();
    });
    const records = () => recordsOf(client, "millrace-controller");
    const write = (run: string, part: ReturnType<typeof begin>, seen?: string) =>
      records().write(namespace, { ...part, run, about }, seen, signal);

    test("what is written is read again, to the letter of its hashes", async () => {
      const parts = append(begin("whole"), many(450), true);
      for (const part of parts) assert.equal(await write("whole", part), "done");
      const read = await records().read(namespace, "whole", signal);
      assert.deepEqual(
        read.map(({ seen: _, ...part }) => part),
        parts.map((part) => ({ ...part, about })),
      );
      assert.equal(verify("whole", read).is, "intact");
      assert.deepEqual(await records().read(namespace, "another", signal), []);
    });

    test("only what was seen is written over", async () => {
      const [first] = append(begin("once"), many(1));
      assert.equal(await write("once", first!), "done");
      assert.equal(await write("once", first!), "moved");
      const [seen] = await records().read(namespace, "once", signal);
      const [second] = append(first!, many(2));
      assert.equal(await write("once", second!, seen!.seen), "done");
      assert.equal(await write("once", second!, seen!.seen), "moved");
      await client.delete(RunRecord.resource, partKey(namespace, "once", 0));
      assert.equal(await write("once", second!, seen!.seen), "moved");
    });

    test("nobody shortens a record, changes what it told, or reopens it", async () => {
      const parts = append(begin("kept"), many(3));
      await write("kept", parts[0]!);
      const key = partKey(namespace, "kept", 0);
      const change = (spec: object) => client.mergePatch(RunRecord.resource, key, { spec });
      const { entries } = parts[0]!;
      await assert.rejects(change({ entries: entries.slice(0, 2) }), /a record is only added to/);
      await assert.rejects(change({ previous: "0" }), /a record is only added to/);
      const last = { ...entries[2]!, hash: "0".repeat(64) };
      await assert.rejects(
        change({ entries: [...entries.slice(0, 2), last] }),
        /what a record has told does not change/,
      );
      await change({ isClosed: true });
      await assert.rejects(change({ isClosed: false }), /the run is over: its record does not change/);
      await assert.rejects(change({ entries: [...entries, last] }), /the run is over: its record does not change/);
    });

    test("it is kept through a cache that lags behind", async () => {
      const informer = createInformer(client, RunRecord.resource, { namespace, log: silent, random: () => 0.5 });
      const lookup = lookupOf(new Map([[RunRecord.kind, informer]]));
      const stop = new AbortController();
      const going = informer.start(stop.signal);
      await informer.synced;
      const nodes: Happening[] = [];
      for (let each = 0; each < 20; each++) {
        nodes.push(...many(each).map((node) => ({ ...node, subject: `${each}-${node.subject}` })));
        const telling = {
          happenings: (told: readonly { readonly subject: string }[]) => {
            const known = new Set(told.map(({ subject }) => subject));
            return nodes.filter(({ subject }) => !known.has(subject));
          },
          close: each === 19,
        };
        const run = { namespace, run: "lagging", about };
        assert.equal(await keepRecord({ records: records(), lookup }, run, telling, { signal, log: silent }), "kept");
      }
      stop.abort();
      await going;
      const read = await records().read(namespace, "lagging", signal);
      assert.deepEqual(
        read.flatMap(({ entries }) => entries.map(({ subject }) => subject)),
        nodes.map(({ subject }) => subject),
      );
      assert.equal(verify("lagging", read).is, "intact");
    });
  });
}
