import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fault, FaultRequest } from "../../../src/embedded/apiserver/fault.ts";
import { type Event, mill, millDefinition, mills, start } from "./harness.ts";

const preload = [millDefinition];

/** Plays each fault once, on the next request that this chooses. */
function script(...faults: readonly Fault[]): {
  fault: (request: FaultRequest) => Fault | undefined;
  seen: FaultRequest[];
} {
  const left = [...faults];
  const seen: FaultRequest[] = [];
  return {
    seen,
    fault(request) {
      if (request.resource !== "mills.test.dev") return undefined;
      seen.push(request);
      return left.shift();
    },
  };
}

test("a hook sees what a request is about", async (context) => {
  const { fault, seen } = script();
  const client = await start(context, { preload, fault });
  await client.post(mills, mill("one"));
  await client.merge(`${mills}/one/status`, { status: {} });
  assert.deepEqual(
    seen.map(({ verb, namespace, name, subresource }) => [verb, namespace, name, subresource].join(" ")),
    ["create default  ", "patch default one status"],
  );
});

test("a request can be refused, with when to come back", async (context) => {
  const { fault } = script(
    { do: "refuse", code: 429, retryAfterSeconds: 3 },
    { do: "refuse", code: 503, message: "gone fishing" },
  );
  const client = await start(context, { preload, fault });
  const busy = await client.get(mills);
  assert.deepEqual([busy.code, busy.headers["retry-after"], busy.body.reason], [429, "3", "TooManyRequests"]);
  assert.equal(busy.body.details.retryAfterSeconds, 3);
  const down = await client.get(mills);
  assert.deepEqual([down.code, down.body.reason, down.body.message], [503, "ServiceUnavailable", "gone fishing"]);
  assert.equal((await client.get(mills)).code, 200);
});

test("a connection can be reset before the request is handled, or after", async (context) => {
  const { fault } = script({ do: "reset" }, { do: "loseAnswer" });
  const client = await start(context, { preload, fault });
  await assert.rejects(client.post(mills, mill("before")), { code: "ECONNRESET" });
  await assert.rejects(client.post(mills, mill("after")), { code: "ECONNRESET" });
  const { body } = await client.get(mills);
  assert.deepEqual(
    body.items.map((item: { metadata: { name: string } }) => item.metadata.name),
    ["after"],
  );
});

test("a request can vanish, and one can be late", async (context) => {
  const { fault } = script({ do: "blackhole" }, { do: "delay", ms: 30 });
  const client = await start(context, { preload, fault });
  const outgoing = client.open("GET", mills);
  let answered = false;
  outgoing.on("response", () => {
    answered = true;
  });
  outgoing.on("error", () => undefined);
  outgoing.end();
  await new Promise((resolve) => outgoing.once("finish", resolve));
  const started = performance.now();
  assert.equal((await client.get(mills)).code, 200);
  assert.ok(performance.now() - started >= 29);
  assert.equal(answered, false);
  outgoing.destroy();
});

test("a watch can be cut, fall silent, or lose its bookmarks", async (context) => {
  const { fault } = script({ do: "cut", afterEvents: 1 }, { do: "silence", afterEvents: 1 }, { do: "dropBookmarks" });
  const client = await start(context, { preload, fault });
  const [cut, silent, unmarked] = [
    await client.watch(`${mills}?watch=true&resourceVersion=0`),
    await client.watch(`${mills}?watch=true&resourceVersion=0`),
    await client.watch(`${mills}?watch=true&resourceVersion=0&allowWatchBookmarks=true&timeoutSeconds=1`),
  ];
  await client.post(mills, mill("one"));
  await client.post(mills, mill("two"));
  const collect = async (watch: AsyncIterable<Event>): Promise<string[]> => {
    const types: string[] = [];
    try {
      for await (const { type } of watch) types.push(type);
    } catch {
      types.push("reset");
    }
    return types;
  };
  assert.deepEqual((await collect(cut)).slice(0, 1), ["ADDED"]);
  assert.deepEqual(await collect(unmarked), ["ADDED", "ADDED"]);
  assert.equal((await silent.next()).type, "ADDED");
  const next = await Promise.race([
    silent.next().then(
      () => "spoke",
      () => "ended",
    ),
    new Promise((resolve) => setTimeout(resolve, 50, "silent")),
  ]);
  assert.equal(next, "silent");
  silent.stop();
});

test("requests are counted by verb and resource", async (context) => {
  const client = await start(context, { preload });
  await client.post(mills, mill("one"));
  await client.merge(`${mills}/one/status`, { status: {} });
  await client.get(`${mills}/one`);
  await client.get(`${mills}/none`);
  await client.get(mills);
  await client.get("/apis");
  const { "create mills.test.dev": created, ...rest } = client.server.counts();
  assert.equal(created, 1);
  assert.deepEqual(rest, {
    "patch mills.test.dev/status": 1,
    "get mills.test.dev": 2,
    "list mills.test.dev": 1,
    "get /apis": 1,
  });
});
