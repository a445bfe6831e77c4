import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Octokit } from "@octokit/rest";
import { startForge } from "../../../src/embedded/forge/server.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const at = { owner: "ada", repo: "app" };

/** Somebody who hears of every push and every pull request. */
async function receiver() {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { ref, after, action, number, sender } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const event = String(request.headers["x-github-event"]);
    if (event === "push") heard.push(`push ${ref} ${after} by ${sender.login}`);
    if (event === "pull_request") heard.push(`${action} #${number}`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    heard,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

test("pushes that were stored when the forge died are told when it starts again, in order, once", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-untold-"));
  const options = { dataDir, clock: { now: () => new Date("2026-03-01T12:00:00Z") } };
  const hook = await receiver();
  const first = await startForge(options);
  const token = first.createToken("ada");
  first.createUser({ login: "bob" });
  const { repository, sha } = await first.createRepository({ owner: "ada", name: "app", files: { a: "a\n" } });
  const api = new Octokit({ baseUrl: first.api, auth: token, log: quiet });
  const write = async (path: string, branch: string) => {
    const content = Buffer.from(path).toString("base64");
    const { data } = await api.repos.createOrUpdateFileContents({ ...at, path, branch, message: path, content });
    return data.commit.sha!;
  };
  await api.git.createRef({ ...at, ref: "refs/heads/topic", sha: sha! });
  const opened = await write("b", "topic");
  await api.pulls.create({ ...at, title: "Topic", head: "topic", base: "main" });
  // Commits that a push brought, and no ref yet.
  await api.git.createRef({ ...at, ref: "refs/heads/spare", sha: opened });
  const [second, third] = [await write("c", "spare"), await write("d", "spare")];
  await api.repos.createWebhook({
    ...at,
    events: ["push", "pull_request"],
    config: { url: hook.url, content_type: "json" },
  });
  await first.close();
  hook.heard.length = 0;

  const state = join(dataDir, "state");
  const announce = (id: number, user: string, change: object) => {
    const line = JSON.stringify([["announcedChanges", String(repository.id), String(id), { user, changes: [change] }]]);
    appendFileSync(join(state, readdirSync(state)[0]!), `${line}\n`);
  };
  const topic = "refs/heads/topic";
  announce(9_001, "ada", { ref: topic, before: opened, after: second });
  announce(9_002, "bob", { ref: topic, before: second, after: third });
  announce(9_003, "ada", { ref: "refs/heads/main", before: sha, after: third });
  writeFileSync(join(dataDir, "repos", "ada", "app.git", topic), `${third}\n`);

  for (const expected of [[`push ${topic} ${second} by ada`, "synchronize #1", `push ${topic} ${third} by bob`], []]) {
    const again = await startForge(options);
    const reader = new Octokit({ baseUrl: again.api, auth: token, log: quiet });
    assert.equal((await reader.pulls.get({ ...at, pull_number: 1 })).data.head.sha, third);
    for (let tries = 0; tries < 1_000; tries++) {
      const { data: hooks } = await reader.repos.listWebhooks(at);
      const { data } = await reader.repos.listWebhookDeliveries({ ...at, hook_id: hooks[0]!.id });
      if (data.every(({ status }) => status !== "pending")) break;
    }
    await again.close();
    assert.deepEqual(hook.heard, expected);
    hook.heard.length = 0;
  }
  await hook.close();
  rmSync(dataDir, { recursive: true, force: true });
});
