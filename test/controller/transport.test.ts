import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Credentials } from "../../src/controller/access.ts";
import {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNotFound,
  isTimeout,
  isTooManyRequests,
  isUnauthorized,
  isUnreachable,
  KubeError,
} from "../../src/controller/errors.ts";
import { createTransport } from "../../src/controller/transport.ts";
import { collection, eventually, statusBody, widgets } from "../support/hostile-server.ts";
import { bench } from "../support/runtime.ts";

const path = `${collection}/a`;
const key = { namespace: "default", name: "a" };

for (const [code, reason, is] of [
  [401, "Unauthorized", isUnauthorized],
  [403, "Forbidden", isForbidden],
  [404, "NotFound", isNotFound],
  [409, "Conflict", isConflict],
  [409, "AlreadyExists", isAlreadyExists],
  [410, "Expired", isGone],
  [422, "Invalid", isInvalid],
  [504, "Timeout", isTimeout],
] as const) {
  test(`a ${code} ${reason} is told apart`, async () => {
    const { server, transport } = await bench();
    const causes = [{ field: "spec.size", reason: "FieldValueInvalid", message: "too big" }];
    const refusal = { do: "refuse", code, body: statusBody(code, reason, { name: "a", causes }) } as const;
    server.fault("update", refusal);
    const failure = await transport.send({ method: "PUT", path, body: "{}" }).catch((error: unknown) => error);
    assert.ok(is(failure));
    assert.equal(failure.message, `PUT ${path}: ${code} ${reason}: told to say ${code}`);
    assert.deepEqual(failure.causes, causes);
    const every = [isConflict, isAlreadyExists, isNotFound, isForbidden, isInvalid, isGone, isUnauthorized, isTimeout];
    assert.deepEqual(
      every.filter((each) => each(failure)),
      [is],
    );
  });
}

test("what a proxy says in place of the server is its message, cut short", async () => {
  const { server, transport } = await bench();
  server.fault("update", { do: "refuse", code: 502, body: `<html>${"x".repeat(2_000)}` });
  const failure = await transport.send({ method: "PUT", path, body: "{}" }).catch((error: unknown) => error);
  assert.ok(failure instanceof KubeError);
  assert.equal(failure.reason, "BadGateway");
  assert.ok(failure.message.length < 700);
});

test("reading is tried again after resets and gateway errors, with growing waits", async () => {
  const { server, client, clock } = await bench();
  server.store.put("a");
  server.fault("get", { do: "reset" }, { do: "refuse", code: 502 }, { do: "refuse", code: 503 });
  const reading = client.get(widgets, key);
  for (const [attempt, wait] of [150, 300, 600].entries()) {
    await eventually(() => server.count("get") === attempt + 1 && clock.sleeping === 1, "a wait");
    assert.equal(clock.untilNext, wait);
    await clock.advance(wait);
  }
  assert.equal((await reading).metadata.name, "a");
});

test("reading is given up after the fifth failure", async () => {
  const { server, client, clock } = await bench();
  server.fault("get", ...Array.from({ length: 9 }, () => ({ do: "reset" }) as const));
  const failed = assert.rejects(client.get(widgets, key), isUnreachable);
  for (let attempt = 1; attempt < 5; attempt++) {
    await eventually(() => server.count("get") === attempt && clock.sleeping === 1, "a wait");
    await clock.advance(10_000);
  }
  await failed;
  assert.equal(server.count("get"), 5);
});

test("a write whose fate is unknown is not repeated, but for an apply", async () => {
  const { server, client, clock } = await bench();
  server.fault("create", { do: "reset" });
  await assert.rejects(client.create(widgets, { metadata: key }), isUnreachable);
  assert.equal(server.count("create"), 1);

  server.fault("patch", { do: "reset" });
  const applied = client.apply(widgets, { metadata: key, spec: {} }, { fieldManager: "test", force: true });
  await eventually(() => clock.sleeping === 1, "a wait");
  await clock.advance(1_000);
  await applied;
  assert.equal(server.count("patch"), 2);
});

test("any call is repeated when the server says when, for a short wait", async () => {
  const { server, client, clock } = await bench();
  server.fault("create", { do: "refuse", code: 429, headers: { "retry-after": "3" } });
  const creating = client.create(widgets, { metadata: key });
  await eventually(() => clock.sleeping === 1, "a wait");
  assert.equal(clock.untilNext, 3_000);
  await clock.advance(3_000);
  await creating;

  server.fault("create", { do: "refuse", code: 429, headers: { "retry-after": "60" } });
  const failure = await client.create(widgets, { metadata: key }).catch((error: unknown) => error);
  assert.ok(isTooManyRequests(failure));
  assert.equal(failure.retryAfterMs, 60_000);
  assert.equal(clock.sleeping, 0);
});

test("a storm of conflicts is the caller's: each is told at once, and none is repeated", async () => {
  const { server, client, clock } = await bench();
  server.fault("patch", ...Array.from({ length: 50 }, () => ({ do: "refuse", code: 409 }) as const));
  const storm = Array.from({ length: 50 }, () =>
    client.apply(widgets, { metadata: key }, { fieldManager: "test", subresource: "status" }),
  );
  await Promise.all(storm.map((each) => assert.rejects(each, isConflict)));
  assert.equal(server.count("patch"), 50);
  assert.equal(clock.sleeping, 0);
});

test("a server that does not answer is given up, and the wait is the caller's choice", async () => {
  const { server, client } = await bench({ silenceMs: 50 });
  server.fault("create", { do: "hang" });
  await assert.rejects(client.create(widgets, { metadata: key }), isTimeout);
});

test("an aborted call ends at once with the signal's reason, while it waits as well", async () => {
  const { server, client, clock } = await bench();
  const stop = new AbortController();
  const reason = new Error("enough");
  server.fault("get", { do: "hang" }, { do: "reset" });
  const hanging = client.get(widgets, key, { signal: stop.signal });
  const waiting = client.get(widgets, key, { signal: stop.signal });
  const both = [assert.rejects(hanging, reason), assert.rejects(waiting, reason)];
  await eventually(() => clock.sleeping === 1, "a wait");
  stop.abort(reason);
  await Promise.all(both);
  await assert.rejects(client.get(widgets, key, { signal: stop.signal }), reason);
  assert.equal(server.count("get"), 2);
});

test("calls share their connections", async () => {
  const { server, client } = await bench({ connections: 4 });
  server.store.put("a");
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 20 }, () => client.get(widgets, key)));
  }
  assert.equal(server.count("get"), 100);
  assert.ok(server.accepted <= 4, `${server.accepted} connections`);
});

test("watches do not take the connections of calls", async () => {
  const { server, client } = await bench({ connections: 1 });
  server.store.put("a");
  const stop = new AbortController();
  const watches = Array.from({ length: 5 }, async () => {
    for await (const _ of client.watch(widgets, { resourceVersion: "999", timeoutSeconds: 300 }, stop.signal)) break;
  });
  await eventually(() => server.watching === 5, "five watches");
  await client.get(widgets, key);
  stop.abort(new Error("enough"));
  for (const watch of watches) await assert.rejects(watch, /enough/);
});

test("a compressed list is asked for, and read", async () => {
  const { server, client } = await bench();
  const list = { items: [], metadata: { resourceVersion: "7" }, kind: "WidgetList" };
  const body = gzipSync(JSON.stringify(list));
  const original = server.store.answer.bind(server.store);
  server.store.answer = (verb, seen) => (verb === "list" ? { code: 200, body, headers: gzip } : original(verb, seen));
  const pages = [];
  for await (const page of client.list(widgets)) pages.push(page);
  assert.deepEqual(pages, [{ items: [], resourceVersion: "7" }]);
  assert.equal(server.seen[0]?.headers["accept-encoding"], "gzip");
});
const gzip = { "content-encoding": "gzip" };

test("credentials are asked for once in 30 s, and old ones serve while new ones are fetched", async () => {
  const { server, clock } = await bench();
  let asked = 0;
  let give: (credentials: Credentials) => void = () => undefined;
  const access = {
    ...server.access,
    credentials: (): Promise<Credentials> => {
      asked++;
      return new Promise((resolve) => {
        give = resolve;
      });
    },
  };
  const transport = createTransport(access, { userAgent: "test/1", random: () => 0, time: clock });
  const token = (value: string): Credentials => ({ headers: { authorization: `Bearer ${value}` }, tls: {} });
  const both = [1, 2].map(() => transport.send({ method: "GET", path: "/readyz" }));
  give(token("one"));
  await Promise.all(both);
  assert.equal(asked, 1);
  await clock.advance(31_000);
  await transport.send({ method: "GET", path: "/readyz" });
  assert.equal(asked, 2);
  give(token("two"));
  await clock.advance(1_000);
  await transport.send({ method: "GET", path: "/readyz" });
  assert.equal(asked, 2);
  assert.deepEqual(
    server.seen.map(({ headers }) => headers.authorization),
    ["Bearer one", "Bearer one", "Bearer one", "Bearer two"],
  );
  assert.equal(server.seen[0]?.headers["user-agent"], "test/1");
  await transport.close();
});

test("credentials that cannot be renewed serve on, and are not asked for again and again", async () => {
  const { server, clock } = await bench();
  let asked = 0;
  const credentials = async (): Promise<Credentials> => {
    if (asked++ > 0) throw new Error("the plugin is broken");
    return { headers: { authorization: "Bearer one" }, tls: {} };
  };
  const transport = createTransport(
    { ...server.access, credentials },
    { userAgent: "test", random: () => 0, time: clock },
  );
  await transport.send({ method: "GET", path: "/readyz" });
  await clock.advance(31_000);
  for (let i = 0; i < 20; i++) await transport.send({ method: "GET", path: "/readyz" });
  assert.equal(asked, 2);
  server.fault("raw", { do: "refuse", code: 401 });
  await assert.rejects(transport.send({ method: "GET", path: "/readyz" }), /the plugin is broken/);
  await transport.close();
});

test("a closed transport breaks what is under way, and begins nothing more", async () => {
  const { server, transport, client, clock } = await bench();
  server.fault("get", { do: "hang" }, { do: "reset" });
  const both = [client.get(widgets, key), client.get(widgets, key)];
  const failed = Promise.all(both.map((each) => assert.rejects(each)));
  await eventually(() => server.count("get") === 2 && clock.sleeping === 1, "a wait");
  await transport.close();
  await failed;
  await assert.rejects(client.get(widgets, key), isUnreachable);
  assert.equal(server.count("get"), 2);
  assert.equal(clock.sleeping, 0);
});

test("a 401 is answered with fresh credentials, once, and by one request for them", async () => {
  const { server, clock } = await bench();
  const wanted: boolean[] = [];
  let token = 0;
  const access = {
    ...server.access,
    credentials: async ({ fresh }: { readonly fresh: boolean }): Promise<Credentials> => {
      wanted.push(fresh);
      return { headers: { authorization: `Bearer ${++token}` }, tls: {} };
    },
  };
  const transport = createTransport(access, { userAgent: "test", random: () => 0, time: clock });
  server.fault("raw", { do: "refuse", code: 401 }, { do: "refuse", code: 401 });
  await Promise.all([1, 2].map(() => transport.send({ method: "GET", path: "/readyz" })));
  assert.deepEqual(wanted, [false, true]);
  assert.deepEqual(
    server.seen.map(({ headers }) => headers.authorization),
    ["Bearer 1", "Bearer 1", "Bearer 2", "Bearer 2"],
  );
  server.fault("raw", { do: "refuse", code: 401 }, { do: "refuse", code: 401 });
  await assert.rejects(transport.send({ method: "GET", path: "/readyz" }), isUnauthorized);
  assert.equal(server.seen.length, 6);
  await transport.close();
});

test("every answer is observed, and so is the lack of one", async () => {
  const observed: unknown[] = [];
  const { server, client } = await bench({ observe: ({ method }, code) => void observed.push([method, code]) });
  server.store.put("a");
  await client.get(widgets, key);
  server.fault("create", { do: "reset" });
  await assert.rejects(client.create(widgets, { metadata: key }));
  await assert.rejects(client.get(widgets, { ...key, name: "b" }), isNotFound);
  assert.deepEqual(observed, [
    ["GET", 200],
    ["POST", 0],
    ["GET", 404],
  ]);
});

test("a proxy is used where the kubeconfig names one", async () => {
  const { server } = await bench();
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, client) => {
    asked.push(request.url ?? "");
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
    upstream.pipe(client).pipe(upstream);
    for (const socket of [upstream, client]) socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const transport = createTransport({ ...server.access, proxyUrl }, { userAgent: "test", random: () => 0 });
  assert.equal((await transport.send({ method: "GET", path: "/readyz" })).body, "ok");
  assert.deepEqual(asked, [new URL(server.access.server).host]);
  await transport.close();
  proxy.closeAllConnections();
  proxy.close();
});

test("a path of the server's URL stands before every path", async () => {
  const { server } = await bench();
  const access = { ...server.access, server: `${server.access.server}/k8s/clusters/c-1/` };
  const transport = createTransport(access, { userAgent: "test", random: () => 0 });
  await transport.send({ method: "GET", path: "/readyz" });
  assert.equal(server.seen[0]?.path, "/k8s/clusters/c-1/readyz");
  await transport.close();
});

test("a server that is no URL with http is refused at once", () => {
  const access = { server: "ftp://there", credentials: async () => ({ headers: {}, tls: {} }) };
  assert.throws(() => createTransport(access, { userAgent: "test", random: () => 0 }), /ftp:.*https is needed/);
});
