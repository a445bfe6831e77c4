import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Octokit } from "@octokit/rest";
import type { Fault, FaultRequest } from "../../../src/embedded/forge/http/fault.ts";
import { failureOf, startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let api: Octokit;
let repository = 0;
const place = () => ({ owner: "acme", repo: `faulty-${repository}` });
const contents = () => api.repos.createOrUpdateFileContents({ ...place(), path: "x", message: "x", content: "eA==" });
const commits = async (): Promise<number> => (await api.repos.listCommits(place())).data.length;

/** Plays one fault on the next request with this method. */
const once = (method: string, fault: Fault): void => {
  world.forge.setFault((request: FaultRequest) => {
    if (request.method !== method) return undefined;
    world.forge.setFault(undefined);
    return fault;
  });
};

before(async () => {
  world = await startTestForge();
  api = world.octokit();
});
beforeEach(async () => {
  repository += 1;
  await world.repository(`faulty-${repository}`);
});
after(() => world.close());

test("a reset leaves nothing done", async () => {
  once("PUT", { kind: "reset" });
  assert.equal((await failureOf(contents()))[0], 500);
  assert.equal(await commits(), 1);
});

test("a reset after success has done it", async () => {
  once("PUT", { kind: "reset-after-success" });
  assert.equal((await failureOf(contents()))[0], 500);
  assert.equal(await commits(), 2);
});

test("a timeout after success has done it, and the client waits until it gives up", async () => {
  once("PUT", { kind: "timeout-after-success" });
  const address = `${world.forge.api}/repos/acme/faulty-${repository}/contents/x`;
  const body = JSON.stringify({ message: "x", content: "eA==" });
  const headers = { authorization: `Bearer ${world.token}` };
  const patience = new AbortController();
  const asked = fetch(address, { method: "PUT", headers, body, signal: patience.signal });
  const answer = asked.then(
    () => "answered",
    () => "gave up",
  );
  while ((await commits()) < 2) await wait(10);
  assert.equal(await Promise.race([answer, wait(50, "waits")]), "waits");
  patience.abort();
  assert.equal(await answer, "gave up");
});

test("a status is answered with its headers in place of the work", async () => {
  once("PUT", { kind: "status", status: 503, headers: { "retry-after": "7" }, body: { message: "Unicorn" } });
  const answer = await fetch(`${world.forge.api}/repos/acme/faulty-${repository}/contents/x`, {
    method: "PUT",
    body: "{}",
  });
  assert.deepEqual(
    [answer.status, answer.headers.get("retry-after"), await answer.json()],
    [503, "7", { message: "Unicorn" }],
  );
  assert.equal(await commits(), 1);
});

test("a delay only delays", async () => {
  once("GET", { kind: "delay", milliseconds: 30 });
  const start = performance.now();
  await api.repos.get(place());
  assert.ok(performance.now() - start >= 29);
});

test("a push whose answer is lost has moved the branch, and pushing again changes nothing", async () => {
  const work = `${world.folder}/lost`;
  await world.git(world.folder, "clone", "--quiet", world.address(`acme/faulty-${repository}`), work);
  await world.git(work, "commit", "--quiet", "--allow-empty", "-m", "Lost");
  once("POST", { kind: "reset-after-success" });
  await assert.rejects(world.git(work, "push", "origin", "HEAD:main"));
  assert.equal(await commits(), 2);
  const before = world.forge.log().length;
  await world.git(work, "push", "origin", "HEAD:main");
  assert.equal(world.forge.log().length, before);
});

test("the limits of a credential are GitHub's, in its headers and its refusals", async (t) => {
  let now = new Date("2026-03-01T12:00:00Z");
  const limits = { requestsPerHour: 12, contentPerMinute: 2 };
  const strict = await startTestForge({ clock: { now: () => now }, limits });
  t.after(() => strict.close());
  const client = strict.octokit();
  await strict.repository("limited");
  const put = (path: string) =>
    client.repos.createOrUpdateFileContents({ owner: "acme", repo: "limited", path, message: path, content: "eA==" });
  await put("a");
  await put("b");
  const refused = await put("c").catch(
    (error: { status: number; response: { headers: Record<string, string> } }) => error,
  );
  assert.ok("response" in refused);
  assert.deepEqual([refused.status, refused.response.headers["retry-after"]], [403, "60"]);
  now = new Date(now.getTime() + 61_000);
  assert.equal((await put("c")).status, 201);
  const { headers } = await client.users.getAuthenticated();
  assert.deepEqual([headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]], ["12", "7"]);
  for (let left = 7; left > 0; left -= 1) await client.users.getAuthenticated();
  const [status, message] = await failureOf(client.users.getAuthenticated());
  assert.deepEqual([status, /API rate limit exceeded/.test(message)], [403, true]);
  now = new Date(now.getTime() + 3_600_000);
  assert.equal((await client.users.getAuthenticated()).status, 200);
});
