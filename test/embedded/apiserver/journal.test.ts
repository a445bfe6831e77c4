import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { type ApiServer, startApiServer } from "../../../src/embedded/apiserver/server.ts";
import { entryOf } from "../../../src/embedded/apiserver/store/entry.ts";
import { everythingAt } from "../../../src/embedded/apiserver/store/everything.ts";
import { FileJournal } from "../../../src/embedded/apiserver/store/journal.ts";
import { Store } from "../../../src/embedded/apiserver/store/store.ts";
import { Client, folder, mill, millDefinition, mills, start, TestClock } from "./harness.ts";

const preload = [millDefinition];

test("a server that starts again has everything it had, under the same identity", async (context) => {
  const dataDir = folder(context);
  const first = await startApiServer({ clock: new TestClock(), dataDir, preload });
  const client = new Client(first);
  await client.post(mills, mill("one"));
  await client.post(mills, mill("two"));
  await client.delete(`${mills}/one`);
  const { body: before } = await client.get(mills);
  client.close();
  await first.close();
  const second = await start(context, { dataDir, preload });
  assert.equal(second.server.ca, first.ca);
  assert.equal(second.server.token, first.token);
  const { body: after } = await second.get(mills);
  assert.deepEqual(after, before);
  const { body } = await second.post(mills, mill("three"));
  assert.ok(Number(body.metadata.resourceVersion) > Number(before.metadata.resourceVersion));
});

test("a folder has one server at a time", async (context) => {
  const dataDir = folder(context);
  await start(context, { dataDir });
  await assert.rejects(startApiServer({ clock: new TestClock(), dataDir }), /is in use by another server/);
});

test("a last line that is cut short is forgotten, and any other damage is named", async (context) => {
  const dataDir = folder(context);
  const server = await startApiServer({ clock: new TestClock(), dataDir, preload });
  await server.close();
  const log = join(
    dataDir,
    readdirSync(dataDir)
      .filter((name) => name.startsWith("log-"))
      .sort()
      .at(-1)!,
  );
  appendFileSync(log, '{"put":"mills.test.dev","object":{"metadata":{"na');
  await (await startApiServer({ clock: new TestClock(), dataDir, preload })).close();
  assert.match(readFileSync(log, "utf8"), /\n$/);
  writeFileSync(log, `{"put":"mills\n${readFileSync(log, "utf8")}`);
  await assert.rejects(startApiServer({ clock: new TestClock(), dataDir }), /log-\d+\.jsonl:1: the journal is damaged/);
});

test("a log that grows long gives way to a snapshot, with nothing lost", async (context) => {
  const path = folder(context);
  const open = async (): Promise<[Store, FileJournal]> => {
    const journal = await FileJournal.open({ folder: path, compactBytes: 20_000 });
    const limits = { changes: 1000, ageMs: 1e6 };
    const store = new Store({ clock: new TestClock(), journal, limits, restored: journal.restored });
    journal.compactFrom((revision) => everythingAt(store, revision));
    return [store, journal];
  };
  const [store] = await open();
  const object = (name: string, value: number) => ({ apiVersion: "v1", kind: "Thing", metadata: { name }, value });
  for (let round = 0; round < 200; round += 1) {
    for (const name of ["a", "b", "c"]) store.put("things", object(name, round));
    if (round % 3 === 0) store.remove("things", object("c", round));
    if (round % 7 === 0) await store.settled();
  }
  const last = { revision: store.revision, entries: [...store.entries("things")] };
  await store.close();
  const names = readdirSync(path);
  assert.equal(names.filter((name) => name.startsWith("snapshot-")).length, 1, names.join());
  const bytes = names.reduce((sum, name) => sum + readFileSync(join(path, name)).length, 0);
  assert.ok(bytes < 60_000, `${bytes} bytes in ${names.join()}`);
  const [again] = await open();
  assert.deepEqual({ revision: again.revision, entries: [...again.entries("things")] }, last);
  await again.close();
});

test("an entry is what its object says", () => {
  const ownerReferences = [{ apiVersion: "v1", kind: "Thing", name: "o", uid: "u1" }];
  const metadata = { name: "a", namespace: "n", uid: "u2", labels: { x: "y" }, ownerReferences };
  const { json, ...entry } = entryOf({ apiVersion: "v1", kind: "Thing", metadata }, 5);
  assert.deepEqual(entry, {
    key: "n/a",
    namespace: "n",
    name: "a",
    uid: "u2",
    revision: 5,
    labels: { x: "y" },
    owners: ["u1"],
    deleting: false,
  });
  assert.deepEqual(JSON.parse(json).metadata, metadata);
});

test("what a client was told survives a kill", async (context) => {
  const dataDir = folder(context);
  const told: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = await startChild(context, dataDir);
    const ended = once(child.process, "exit");
    const writes = Array.from({ length: 60 }, async (_, at) => {
      const name = `mill-${round}-${at}`;
      if ((await createIn(child.server, name)) === 201) told.push(name);
    });
    // Some of the writes are answered by then, and some are not.
    await Promise.race([Promise.all(writes.slice(0, 20 + round * 10)), ended]);
    child.process.kill("SIGKILL");
    await Promise.allSettled(writes);
    // Whoever is killed has the folder until the system has taken it away.
    await ended;
  }
  assert.ok(told.length >= 60, `${told.length} writes were answered`);
  const client = await start(context, { dataDir });
  const { body } = await client.get(mills);
  const names = new Set(body.items.map((item: { metadata: { name: string } }) => item.metadata.name));
  assert.deepEqual(
    told.filter((name) => !names.has(name)),
    [],
  );
});

type Server = Pick<ApiServer, "url" | "ca" | "token">;

async function startChild(
  context: TestContext,
  dataDir: string,
): Promise<{ process: ReturnType<typeof spawn>; server: Server }> {
  const script = new URL("./serve.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", script, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  context.after(() => child.kill("SIGKILL"));
  const { value } = await createInterface({ input: child.stdout! })[Symbol.asyncIterator]().next();
  return { process: child, server: JSON.parse(value) as Server };
}

/** Creates a mill; resolves to the answer's code, or to 0 when there was none. */
function createIn({ url, ca, token }: Server, name: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const outgoing = request(`${url}${mills}`, { method: "POST", ca, headers }, (incoming) => {
      incoming.resume();
      incoming.on("end", () => resolve(incoming.statusCode ?? 0));
      incoming.on("error", () => resolve(0));
    });
    outgoing.on("error", () => resolve(0));
    outgoing.end(JSON.stringify(mill(name)));
  });
}
