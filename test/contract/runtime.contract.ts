import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ClusterAccess } from "../../src/controller/access.ts";
import { type Client, createClient, type Resource, type WatchEvent } from "../../src/controller/client.ts";
import * as errors from "../../src/controller/errors.ts";
import { createInformer } from "../../src/controller/informer.ts";
import { createTransport, type Transport } from "../../src/controller/transport.ts";
import { eventually } from "../support/hostile-server.ts";
import { memoryLog } from "../support/runtime.ts";

/** An API server, real or embedded, that is started for the suite. */
export interface ServerUnderTest {
  readonly access: ClusterAccess;
  /** Stops the server with signal 9 and starts it again; absent where that cannot be. */
  readonly restart?: () => Promise<void>;
  close(): Promise<void>;
}

const maps: Resource = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const namespaces: Resource = { group: "", version: "v1", plural: "namespaces", kind: "Namespace", namespaced: false };
const namespace = "runtime";
const by = { fieldManager: "one" };
const key = (name: string) => ({ namespace, name });
const map = (name: string, data: object) => ({ metadata: key(name), data });
const random = (): number => 0.5;

/** Holds a server and our client to the same understanding of the Kubernetes API. */
export function testRuntime(
  about: string,
  start: () => Promise<ServerUnderTest>,
  options: { readonly skip?: string | false } = {},
): void {
  describe(about, { skip: options.skip ?? false }, () => {
    let server: ServerUnderTest;
    let transport: Transport;
    let client: Client;

    before(async () => {
      server = await start();
      transport = createTransport(server.access, { userAgent: "contract", random });
      client = createClient(transport);
      await client.create(namespaces, { metadata: { name: namespace } });
    });
    after(async () => {
      await transport?.close();
      await server?.close();
    });

    test("what is created is read, listed, changed and deleted", async () => {
      const created = await client.create(maps, map("life", { a: "1" }));
      assert.deepEqual(await client.get(maps, key("life")), created);
      const updated = await client.update(maps, { ...created, data: { a: "2" } });
      const merged = await client.mergePatch(maps, key("life"), { data: { b: "3" } });
      assert.deepEqual(merged["data"], { a: "2", b: "3" });
      assert.notEqual(updated.metadata.resourceVersion, merged.metadata.resourceVersion);
      const operation = { op: "remove", path: "/data/a" } as const;
      assert.deepEqual((await client.jsonPatch(maps, key("life"), [operation]))["data"], { b: "3" });
      await client.delete(maps, key("life"), { uid: created.metadata.uid });
      await assert.rejects(client.get(maps, key("life")), errors.isNotFound);
    });

    test("each refusal is told apart", async () => {
      const first = await client.create(maps, map("refused", {}));
      await assert.rejects(client.create(maps, map("refused", {})), errors.isAlreadyExists);
      await client.mergePatch(maps, key("refused"), { data: { moved: "yes" } });
      await assert.rejects(client.update(maps, { ...first, data: { late: "yes" } }), errors.isConflict);
      await assert.rejects(client.delete(maps, key("refused"), { uid: "another" }), errors.isConflict);
      const patch = client.mergePatch(maps, key("refused"), { metadata: { labels: { "-bad-": "-bad-" } } });
      const invalid = await patch.catch((error: unknown) => error);
      assert.ok(errors.isInvalid(invalid));
      assert.ok(invalid.causes.some(({ field }) => field === "metadata.labels"));
      const bad = { server: server.access.server, credentials: badCredentials(server.access) };
      const stranger = createTransport(bad, { userAgent: "contract", random });
      await assert.rejects(createClient(stranger).get(maps, key("refused")), errors.isUnauthorized);
      await stranger.close();
    });

    test("an unknown field is refused, and a dry run changes nothing", async () => {
      const unknown = client.create(maps, { ...map("strict", {}), extra: 1 });
      await assert.rejects(unknown, /unknown field "extra"/);
      await client.create(maps, map("strict", {}), { dryRun: true });
      await assert.rejects(client.get(maps, key("strict")), errors.isNotFound);
    });

    test("an apply owns its fields: another's is a conflict that names the field, unless by force", async () => {
      await client.apply(maps, map("owned", { a: "1", b: "1" }), by);
      const other = { fieldManager: "two" };
      const conflict = await client.apply(maps, map("owned", { a: "2" }), other).catch((error: unknown) => error);
      assert.ok(errors.isConflict(conflict));
      assert.deepEqual(
        conflict.causes.map(({ reason, field }) => [reason, field]),
        [["FieldManagerConflict", ".data.a"]],
      );
      await client.apply(maps, map("owned", { a: "2" }), { ...other, force: true });
      const left = await client.apply(maps, map("owned", {}), by);
      assert.deepEqual(left["data"], { a: "2" });
      const same = await client.apply(maps, map("owned", {}), by);
      assert.equal(same.metadata.resourceVersion, left.metadata.resourceVersion);
    });

    test("a list comes in pages of one moment", async () => {
      for (let i = 0; i < 7; i++) await client.apply(maps, map(`page-${i}`, {}), by);
      const pages: string[][] = [];
      const versions = new Set<string>();
      for await (const { items, resourceVersion } of client.list(maps, { namespace, limit: 3 })) {
        pages.push(items.map(({ metadata }) => metadata.name));
        versions.add(resourceVersion);
        if (pages.length === 1) await client.apply(maps, map("page-9", {}), by);
      }
      const names = pages.flat();
      assert.deepEqual(names, [...names].sort());
      assert.equal(new Set(names).size, names.length);
      assert.equal(names.filter((name) => name.startsWith("page-")).length, 7);
      assert.ok(pages.every((page) => page.length <= 3));
      assert.equal(versions.size, 1);
    });

    test("a watch tells what happens after a version, then a bookmark, and ends when it should", async () => {
      const { metadata } = await client.apply(maps, map("watched", { a: "1" }), by);
      const { resourceVersion } = metadata;
      await client.apply(maps, map("watched", { a: "2" }), by);
      await client.delete(maps, key("watched"));
      const events: WatchEvent[] = [];
      const signal = new AbortController().signal;
      const selection = { namespace, fieldSelector: "metadata.name=watched" };
      const wanted = { ...selection, resourceVersion, timeoutSeconds: 2, allowWatchBookmarks: true };
      for await (const event of client.watch(maps, wanted, signal)) events.push(event);
      const types = events.map(({ type }) => type);
      assert.deepEqual(types.slice(0, 2), ["MODIFIED", "DELETED"]);
      assert.ok(types.slice(2).every((type) => type === "BOOKMARK"));
      assert.deepEqual(events[0]?.object["data"], { a: "2" });
    });

    test("a version that never was, or is long gone, is told as such", async () => {
      const signal = new AbortController().signal;
      const wanted = { namespace, resourceVersion: "1", timeoutSeconds: 1 };
      const watching = (async () => {
        for await (const _ of client.watch(maps, wanted, signal)) break;
      })();
      // A young server still knows its first version.
      await watching.catch((error: unknown) => assert.ok(errors.isGone(error), String(error)));
      const page = client.list(maps, { namespace, resourceVersion: "9999999999", retry: false });
      await assert.rejects(
        page[Symbol.asyncIterator]().next(),
        (error) => errors.isTimeout(error) || errors.isGone(error),
      );
    });

    test("an informer follows, and goes on after the server was killed", async (t) => {
      const log = memoryLog();
      const stop = new AbortController();
      const informer = createInformer(client, maps, { namespace, labelSelector: "follow", random, log });
      const heard: string[] = [];
      informer.on({
        add: ({ metadata }) => heard.push(`add ${metadata.name}`),
        update: (_, { metadata }) => heard.push(`update ${metadata.name}`),
        delete: ({ metadata }) => heard.push(`delete ${metadata.name}`),
      });
      const followed = (name: string, data: object, labels: object = { follow: "yes" }) =>
        client.apply(maps, { metadata: { ...key(name), labels }, data }, by);
      await followed("f-1", {});
      const running = informer.start(stop.signal);
      t.after(async () => {
        stop.abort(new Error("the test is over"));
        await running;
      });
      await informer.synced;
      await followed("f-2", {});
      await followed("f-1", { a: "1" });
      // It leaves the selection, so for the informer it is gone.
      await followed("f-1", { a: "1" }, {});
      await eventually(() => heard.length === 4, "four events");
      assert.deepEqual(heard, ["add f-1", "add f-2", "update f-1", "delete f-1"]);
      if (!server.restart) return;
      await server.restart();
      await followed("f-3", {});
      for (let waited = 0; waited < 300 && heard.length < 5; waited++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.deepEqual(heard.slice(4), ["add f-3"]);
      assert.deepEqual(
        informer
          .list()
          .map(({ metadata }) => metadata.name)
          .sort(),
        ["f-2", "f-3"],
      );
    });
  });
}

const badCredentials =
  (access: ClusterAccess): ClusterAccess["credentials"] =>
  async (options) => {
    const { tls } = await access.credentials(options);
    return { headers: { authorization: "Bearer nobody" }, tls };
  };
