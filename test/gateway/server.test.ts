import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serveOps, serveWebhooks } from "../../src/gateway/server.ts";
import type { Delivery } from "../../src/gateway/webhook.ts";
import type { Log } from "../../src/reconcilers/ports.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const where = { host: "127.0.0.1", port: 0 };

const taken: Delivery[] = [];
const counted: string[] = [];
const hooks = await serveWebhooks(
  where,
  async (delivery) => {
    if (delivery.event === "explode") throw new Error("boom");
    taken.push(delivery);
    return { status: delivery.event === "down" ? 503 : 202, result: "accepted", body: { message: "taken" } };
  },
  { log: silent, count: (result) => counted.push(result) },
);
let reasons: string[] = [];
const probe = () => ({ ok: reasons.length === 0, reasons });
const ops = await serveOps(
  where,
  { healthy: () => ({ ok: true, reasons: [] }), ready: probe, metrics: () => "up 1\n" },
  silent,
);
after(async () => {
  await hooks.close();
  await ops.close();
});

const post = (path: string, headers: Record<string, string> = {}, body = "{}") =>
  fetch(`${hooks.url}${path}`, { method: "POST", headers, body });

test("a delivery reaches the forge that its path names, with its headers and its raw bytes", async () => {
  const raw = '{"a": "\\u00e9",  "b":1 }';
  const answer = await post(
    "/webhooks/fleet/github",
    { "x-github-event": "push", "x-github-delivery": "1", "x-hub-signature-256": "s" },
    raw,
  );
  assert.equal(answer.status, 202);
  const { body, ...rest } = taken.at(-1)!;
  assert.equal(body.toString(), raw);
  assert.deepEqual(rest, { forge: { namespace: "fleet", name: "github" }, event: "push", id: "1", signature: "s" });
  assert.deepEqual(counted, ["accepted"]);
});

test("another path, another method and an impossible name are told what to do", async () => {
  assert.equal((await post("/webhook")).status, 404);
  assert.equal((await post("/webhooks/fleet/../x")).status, 404);
  assert.equal((await fetch(`${hooks.url}/webhooks/fleet/github`)).status, 405);
});

test("an unavailable store asks to come back, and a failure is a 500 that does not stop the server", async () => {
  assert.equal((await post("/webhooks/fleet/github", { "x-github-event": "down" })).headers.get("retry-after"), "30");
  assert.equal((await post("/webhooks/fleet/github", { "x-github-event": "explode" })).status, 500);
  assert.equal((await post("/webhooks/fleet/github", { "x-github-event": "push" })).status, 202);
});

test("a body larger than any real delivery is refused", async () => {
  const answer = await post("/webhooks/fleet/github", {}, "x".repeat(25 * 1024 * 1024 + 1)).catch(() => undefined);
  assert.ok(answer === undefined || answer.status === 413);
});

test("/readyz is 503 with the reasons while not ready, and 200 once it is", async () => {
  reasons = ["Repository has not synced"];
  const not = await fetch(`${ops.url}/readyz`);
  assert.deepEqual([not.status, await not.text()], [503, "Repository has not synced\n"]);
  reasons = [];
  assert.equal((await fetch(`${ops.url}/readyz`)).status, 200);
  assert.equal((await fetch(`${ops.url}/healthz`)).status, 200);
  assert.equal(await (await fetch(`${ops.url}/metrics`)).text(), "up 1\n");
});
