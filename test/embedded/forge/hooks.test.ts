import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { Octokit } from "@octokit/rest";
import { type RunningForge, startForge } from "../../../src/embedded/forge/server.ts";
import { validateWebhook } from "../../contract/github-openapi.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let folder: string;
let forge: RunningForge;
let octokit: Octokit;
let receiver: Server;
let received: Received[];
let answerWith: (count: number) => number;
let url: string;
const repo = { owner: "acme", repo: "apis" };
const secret = "a shared secret";
const clock = { now: () => new Date() };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "forge-"));
  received = [];
  answerWith = () => 202;
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
    response.writeHead(answerWith(received.length), { "x-from": "receiver" }).end("thanks");
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await start();
  await forge.createRepository({ owner: "acme", name: "apis", files: { "README.md": "hi" } });
});

afterEach(async () => {
  await forge.close();
  await new Promise((resolve) => {
    receiver.close(resolve);
    receiver.closeAllConnections();
  });
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  forge = await startForge({ dataDir: folder, clock });
  octokit = new Octokit({ baseUrl: forge.api, auth: forge.createToken("acme"), log: quiet });
}
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const makeHook = async (config: Record<string, string> = {}, events: string[] = ["*"]) =>
  (await octokit.repos.createWebhook({ ...repo, events, config: { url, content_type: "json", secret, ...config } }))
    .data;

async function until<T>(what: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not happen: ${what}`);
}
const settled = (hook_id: number, count: number) =>
  until(async () => {
    const { data } = await octokit.repos.listWebhookDeliveries({ ...repo, hook_id });
    return data.length === count && data.every(({ status }) => status !== "pending") ? data : undefined;
  });

test("a new hook is pinged, with GitHub's headers and a signature over the bytes", async () => {
  const hook = await makeHook();
  const [delivery] = await settled(hook.id, 1);

  const { headers, body } = received[0]!;
  assert.equal(headers["x-github-event"], "ping");
  assert.equal(headers["x-github-delivery"], delivery!.guid);
  assert.equal(headers["x-github-hook-id"], String(hook.id));
  assert.equal(headers["content-type"], "application/json");
  assert.match(headers["user-agent"] ?? "", /^GitHub-Hookshot\//);
  assert.equal(headers["x-hub-signature-256"], `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  assert.deepEqual(validateWebhook("ping", JSON.parse(body)), []);
  assert.ok(!body.includes(secret));
  assert.equal(delivery!.status, "OK");
  assert.equal(delivery!.status_code, 202);
});

test("a redelivery has the same guid and body, and is only ever asked for", async () => {
  answerWith = (count) => (count === 1 ? 500 : 200);
  const hook = await makeHook();
  const [failed] = await settled(hook.id, 1);
  assert.equal(failed!.status, "Invalid HTTP Response: 500");

  await octokit.repos.redeliverWebhookDelivery({ ...repo, hook_id: hook.id, delivery_id: failed!.id });
  const [again] = await settled(hook.id, 2);

  assert.equal(again!.guid, failed!.guid);
  assert.equal(again!.redelivery, true);
  assert.equal(again!.status, "OK");
  assert.equal(received[1]!.body, received[0]!.body);
  const delivery_id = again!.id;
  const { data } = await octokit.repos.getWebhookDelivery({ ...repo, hook_id: hook.id, delivery_id });
  assert.equal(data.response.payload, "thanks");
  assert.equal((data.response.headers as Record<string, string>)["x-from"], "receiver");
  assert.equal(data.request.payload!["zen"] !== undefined, true);
  const { data: shown } = await octokit.repos.getWebhook({ ...repo, hook_id: hook.id });
  assert.deepEqual(shown.last_response, { code: 200, status: "active", message: "OK" });
  assert.equal(received.length, 2);
});

test("deliveries of one hook keep their order, and a slow receiver delays no request", async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  receiver.removeAllListeners("request");
  receiver.on("request", (request, response) => {
    request.resume();
    received.push({ headers: request.headers, body: "" });
    void held.then(() => response.writeHead(200).end());
  });
  const hook = await makeHook();
  for (let count = 0; count < 5; count += 1) await octokit.repos.pingWebhook({ ...repo, hook_id: hook.id });
  release();
  const deliveries = await settled(hook.id, 6);

  assert.deepEqual(
    received.map(({ headers }) => headers["x-github-delivery"]),
    deliveries.map(({ guid }) => guid).reverse(),
  );
});

test("what a stop left unsent is sent by the next start", async () => {
  receiver.removeAllListeners("request");
  receiver.on("request", (request) => request.resume()); // never answers
  const hook = await makeHook();
  await octokit.repos.pingWebhook({ ...repo, hook_id: hook.id });
  await forge.close();
  receiver.removeAllListeners("request");
  receiver.on("request", (request, response) => {
    request.resume();
    received.push({ headers: request.headers, body: "" });
    response.writeHead(200).end();
  });
  await start();
  const [second, first] = await settled(hook.id, 2);

  assert.equal(received.at(-1)!.headers["x-github-delivery"], second!.guid);
  assert.match(first!.status, /stopped|OK/);
});

test("no receiver is a failed delivery in the log, and nothing else", async () => {
  const hook = await makeHook({ url: "http://127.0.0.1:1/none" });
  const [delivery] = await settled(hook.id, 1);

  assert.equal(delivery!.status_code, 0);
  assert.match(delivery!.status, /failed to connect/);
});

test("a form hook sends the payload as a form", async () => {
  const hook = await makeHook({ content_type: "form" });
  await settled(hook.id, 1);

  assert.equal(received[0]!.headers["content-type"], "application/x-www-form-urlencoded");
  assert.equal(JSON.parse(new URLSearchParams(received[0]!.body).get("payload")!).hook_id, hook.id);
});

test("secrets are shown as stars, and stars sent back change nothing", async () => {
  const hook = await makeHook();
  assert.equal(hook.config.secret, "********");
  await octokit.repos.updateWebhookConfigForRepo({ ...repo, hook_id: hook.id, secret: "********" });
  await octokit.repos.pingWebhook({ ...repo, hook_id: hook.id });
  await settled(hook.id, 2);

  const { headers, body } = received[1]!;
  assert.equal(headers["x-hub-signature-256"], `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
});

test("the same address twice, unknown events and addresses that are none are refused", async () => {
  await makeHook();
  await assert.rejects(makeHook(), /Hook already exists on this repository/);
  await assert.rejects(makeHook({ url: `${url}2` }, ["explosion"]), /Validation Failed/);
  await assert.rejects(makeHook({ url: "ftp://x" }), /url must be http or https/);
});

test("deliveries are listed by a cursor", async () => {
  const hook = await makeHook();
  for (let count = 0; count < 4; count += 1) await octokit.repos.pingWebhook({ ...repo, hook_id: hook.id });
  await settled(hook.id, 5);
  const first = await octokit.repos.listWebhookDeliveries({ ...repo, hook_id: hook.id, per_page: 2 });
  assert.match(first.headers.link ?? "", /cursor=\d+>; rel="next"/);
  const all = await octokit.paginate(octokit.repos.listWebhookDeliveries, { ...repo, hook_id: hook.id, per_page: 2 });
  assert.equal(new Set(all.map(({ guid }) => guid)).size, 5);
});

test("the state, which has the hooks' secrets in it, is readable by its owner alone", async () => {
  await makeHook();
  assert.equal(statSync(join(folder, "state")).mode & 0o077, 0);
});
