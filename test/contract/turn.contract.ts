import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { type Client, createClient, type KubeObject } from "../../src/controller/client.ts";
import { isConflict, isNotFound } from "../../src/controller/errors.ts";
import { eventResource } from "../../src/controller/event-object.ts";
import { EventRecorder } from "../../src/controller/events.ts";
import { MovedError } from "../../src/controller/failure.ts";
import { hold, release } from "../../src/controller/finalizer.ts";
import { loadKubeConfig } from "../../src/controller/kubeconfig.ts";
import { OwnWrites } from "../../src/controller/own-writes.ts";
import { writeStatus } from "../../src/controller/status.ts";
import { createTransport, type Transport } from "../../src/controller/transport.ts";
import { crdOf } from "../../src/schema/crd.ts";
import { finalizer } from "../../src/schema/object.ts";
import { FakeClock } from "../support/clock.ts";
import { memoryLog } from "../support/fake-controller.ts";
import { Thing } from "../support/thing.ts";

const crds = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
};

/** An API server for a test, of which nothing is left after `close`. */
export interface TestServer {
  /** Path of a file with an administrator's credentials. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** Holds an API server to what the loop counts on: conflicts, uids, finalizers, events. */
export function testTurns(name: string, start: () => Promise<TestServer>, skip: string | false = false): void {
  describe(`what a turn writes, on ${name}`, { skip }, () => {
    let plane: TestServer;
    let transport: Transport;
    let client: Client;
    let thing: KubeObject;
    let count = 0;
    const { signal } = new AbortController();
    const clock = new FakeClock();

    const key = () => ({ namespace: "default", name: thing.metadata.name });
    const live = () => client.get(Thing.resource, key());
    const target = (fieldManager = "millrace-controller") => ({
      client,
      resource: Thing.resource,
      fieldManager,
      mayWrite: () => true,
    });
    const hands = () => ({
      ...target(),
      informer: { resource: Thing.resource },
      ownWrites: new OwnWrites(clock),
      stop: signal,
    });
    const make = (more: object = {}) =>
      client.create(Thing.resource, {
        metadata: { namespace: "default", name: `thing-${++count}`, ...more },
        spec: { size: 1 },
      });

    before(async () => {
      plane = await start();
      const { access } = await loadKubeConfig({ from: "file", path: plane.kubeconfig });
      transport = createTransport(access, { userAgent: "test", random: () => 0.5 });
      client = createClient(transport);
      await client.create(crds, crdOf(Thing) as never);
      for (let attempt = 1; attempt <= 100; attempt++) {
        try {
          await make();
          break;
        } catch (error) {
          if (!isNotFound(error)) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    });
    after(async () => {
      await transport?.close();
      await plane?.close();
    });
    beforeEach(async () => {
      thing = await make();
    });

    test("a status is written whole: what is left out is gone, and the spec is as it was", async () => {
      const first = await writeStatus(target(), thing, { seen: 1, note: "a" }, signal);
      const second = await writeStatus(target(), first!, { seen: 2 }, signal);
      assert.deepEqual(second?.["status"], { seen: 2, observedGeneration: -1 });
      assert.deepEqual([second?.["spec"], second?.metadata.generation], [thing["spec"], 1]);
    });

    test("a write on top of what another process wrote is refused by the server", async () => {
      await writeStatus(target("another"), thing, { seen: 7 }, signal);
      await assert.rejects(writeStatus(target(), thing, { seen: 1 }, signal), isConflict);
      assert.equal(((await live())["status"] as { seen: number }).seen, 7);
    });

    test("a label that moved in between is no obstacle", async () => {
      await client.mergePatch(Thing.resource, key(), { metadata: { labels: { fleet: "sdk" } } });
      await writeStatus(target(), thing, { seen: 1 }, signal);
      assert.equal(((await live())["status"] as { seen: number }).seen, 1);
    });

    test("the same write twice, of which the first answer was lost, is one write", async () => {
      const status = { seen: 1, observedGeneration: 1 };
      const first = await writeStatus(target(), thing, status, signal);
      const second = await writeStatus(target(), thing, status, signal);
      assert.equal(second?.metadata.resourceVersion, first?.metadata.resourceVersion);
    });

    test("a namesake does not get the status of what was there before", async () => {
      await client.delete(Thing.resource, key());
      const { metadata } = thing;
      await client.create(Thing.resource, {
        metadata: { namespace: "default", name: metadata.name },
        spec: { size: 2 },
      });
      await assert.rejects(writeStatus(target(), thing, { seen: 1 }, signal), isConflict);
      assert.deepEqual((await live())["status"], { observedGeneration: -1 });
    });

    test("what is gone stays gone", async () => {
      await client.delete(Thing.resource, key());
      await assert.rejects(writeStatus(target(), thing, { seen: 1 }, signal), isNotFound);
    });

    test("the finalizer is put on and taken off among others, and never over what others changed", async () => {
      assert.ok(await hold(thing, key(), hands()));
      assert.deepEqual((await live()).metadata.finalizers, [finalizer]);
      await assert.rejects(hold(thing, key(), hands()), MovedError);

      thing = await make({ finalizers: ["other.example/hold"] });
      await hold(thing, key(), hands());
      const held = await live();
      assert.deepEqual(held.metadata.finalizers, ["other.example/hold", finalizer]);
      await client.delete(Thing.resource, key());
      await assert.rejects(
        release({ ...held, metadata: { ...held.metadata, finalizers: [finalizer] } }, key(), hands()),
        MovedError,
      );
      await release(await live(), key(), hands());
      assert.deepEqual((await live()).metadata.finalizers, ["other.example/hold"]);
    });

    test("the last finalizer lets the object go", async () => {
      await hold(thing, key(), hands());
      await client.delete(Thing.resource, key());
      await release(await live(), key(), hands());
      await assert.rejects(live(), isNotFound);
    });

    test("events are taken as they are, and repeated ones become a series", async () => {
      let ids = 0;
      const { log, lines } = memoryLog();
      const reporter = { controller: "millrace.dev/controller", instance: "millrace-0" };
      const events = new EventRecorder({
        client,
        clock,
        log,
        reporter,
        uniqueId: () => `id${++ids}`,
        mayWrite: () => true,
      });
      const news = { type: "Warning", reason: "Odd", action: "Reconcile", note: "ä€😀".repeat(500) } as const;
      events.record(thing, news);
      await events.flush();
      events.record(thing, news);
      await events.flush();
      assert.deepEqual(
        lines.filter(({ level }) => level !== "info"),
        [],
      );
      const event = await client.get(eventResource, { namespace: "default", name: `${thing.metadata.name}.id1` });
      assert.equal((event["series"] as { count: number }).count, 2);
      assert.equal((event["regarding"] as { uid: string }).uid, thing.metadata.uid);
    });
  });
}
