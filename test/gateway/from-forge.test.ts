import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { type RunningForge, startForge } from "../../src/embedded/forge/server.ts";
import { type Listener, serveWebhooks } from "../../src/gateway/server.ts";
import { webhooks } from "../../src/gateway/webhook.ts";
import type { Key } from "../../src/reconcilers/ports.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Forge } from "../../src/schema/forge.ts";
import type { Kind } from "../../src/schema/kind.ts";
import { Repository } from "../../src/schema/repository.ts";
import { eventually } from "../contract/forge-fixture.ts";
import { systemClock } from "../support/github.ts";
import { silent } from "../support/memory-host.ts";

const secret = "it's a secret";
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const apiVersion = "millrace.dev/v1alpha1";
const meta = (name: string) => ({ name, namespace: "fleet", uid: name, generation: 1 });
const repo = { owner: "acme", repo: "apis" };

const folder = mkdtempSync(join(tmpdir(), "millrace-from-forge-"));
const marks: string[] = [];
const objects: { kind: string; metadata: Key }[] = [];
let forge: RunningForge;
let listener: Listener;
let person: Octokit;
let bot: Octokit;

before(async () => {
  forge = await startForge({ dataDir: folder, clock: systemClock });
  person = new Octokit({ baseUrl: forge.api, auth: forge.createToken("acme"), log: quiet });
  forge.createUser({ login: "mill[bot]", type: "Bot" });
  bot = new Octokit({ baseUrl: forge.api, auth: forge.createToken("mill[bot]"), log: quiet });
  await forge.createRepository({ owner: "acme", name: "apis", files: { "a.txt": "one\n" } });
  await person.repos.update({ ...repo, allow_auto_merge: true });
  objects.push(
    Forge.object.parse({
      ...{ apiVersion, kind: "Forge", metadata: meta("local") },
      spec: {
        url: forge.api,
        credentials: { tokenSecretRef: { name: "forge" } },
        webhook: { secretRefs: [{ name: "forge" }] },
      },
    }),
    Repository.object.parse({
      ...{ apiVersion, kind: "Repository", metadata: meta("apis") },
      spec: { forgeRef: { name: "local" }, owner: "acme", name: "apis" },
    }),
  );
  const take = webhooks({
    lookup: {
      get: (kind: Kind, { name }: Key) =>
        objects.find((each) => each.kind === kind.kind && each.metadata.name === name) as never,
      list: (kind: Kind) => objects.filter((each) => each.kind === kind.kind) as never,
    },
    secrets: { read: async () => secret },
    marker: {
      annotate: async ({ kind }, { name }, annotations) => {
        if ("millrace.dev/requestedAt" in annotations) marks.push(`${kind}/${name}`);
      },
    },
    clock: systemClock,
    log: silent,
  });
  listener = await serveWebhooks({ host: "127.0.0.1", port: 0 }, take, { log: silent, count: () => undefined });
  await person.repos.createWebhook({
    ...repo,
    events: ["*"],
    config: { url: `${listener.url}/webhooks/fleet/local`, content_type: "json", secret },
  });
});
after(async () => {
  await forge.close();
  await listener.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A pull request, and the proposal that owns it. */
async function proposal(name: string): Promise<{ readonly number: number; readonly sha: string }> {
  const { data: main } = await person.git.getRef({ ...repo, ref: "heads/main" });
  await person.git.createRef({ ...repo, ref: `refs/heads/${name}`, sha: main.object.sha });
  const content = Buffer.from(name).toString("base64");
  const file = { path: `${name}.txt`, message: "Change it", content, branch: name };
  const sha = (await person.repos.createOrUpdateFileContents({ ...repo, ...file })).data.commit.sha!;
  const { data } = await person.pulls.create({ ...repo, head: name, base: "main", title: name });
  const pullRequest = { ref: `#${data.number}`, number: data.number, url: data.html_url, state: "Open" };
  objects.push(
    ChangeProposal.object.parse({
      ...{ apiVersion, kind: "ChangeProposal", metadata: meta(name) },
      spec: { repositoryRef: { name: "apis" }, title: name, change: { edits: [{ path: "a", content: "b" }] } },
      status: { branch: name, commit: sha, pullRequest },
    }),
  );
  return { number: data.number, sha };
}

/** Waits until everything that the forge has to tell was told, and gives what that marked. */
async function markedBy(work: () => Promise<unknown>): Promise<{ readonly marked: readonly string[]; ms: number }> {
  await told();
  marks.length = 0;
  const began = performance.now();
  await work();
  const ms = await told().then(() => performance.now() - began);
  return { marked: [...new Set(marks)].sort(), ms };
}

async function told(): Promise<void> {
  for (let calm = 0; calm < 5; await sleep(10)) {
    const { data: hooks } = await person.repos.listWebhooks(repo);
    const { data } = await person.repos.listWebhookDeliveries({ ...repo, hook_id: hooks[0]!.id, per_page: 100 });
    calm = data.every(({ status }) => status !== "pending") ? calm + 1 : 0;
  }
}

test("a comment on a pull request wakes the proposal that owns it, and no other", async (t) => {
  await proposal("first");
  const { number } = await proposal("second");
  const say = (as: Octokit) => as.issues.createComment({ ...repo, issue_number: number, body: "/millrace hold 3d" });
  const { marked, ms } = await markedBy(() => say(person));
  assert.deepEqual(marked, ["ChangeProposal/second"]);
  t.diagnostic(`delivered, verified and marked ${Math.round(ms)} ms after the comment was sent`);
  forge.addCollaborator("acme/apis", "mill[bot]", "write");
  assert.deepEqual((await markedBy(() => say(bot))).marked, []);
});

test("a review wakes the proposal, and so does what auto-merge and a queue do with it", async () => {
  const { number, sha } = await proposal("third");
  const pull = { ...repo, pull_number: number };
  const review = await markedBy(() => person.pulls.createReview({ ...pull, event: "COMMENT", body: "Hm." }));
  assert.deepEqual(review.marked, ["ChangeProposal/third"]);
  await person.repos.createRepoRuleset({
    ...{ ...repo, name: "queue", enforcement: "active" },
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      { type: "merge_queue" },
      { type: "required_status_checks", parameters: { required_status_checks: [{ context: "build" }] } },
    ] as never,
  });
  const id = (await person.pulls.get(pull)).data.node_id;
  const enable = `mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }`;
  assert.deepEqual((await markedBy(() => person.graphql(enable, { id }))).marked, ["ChangeProposal/third"]);

  const build = (sha: string) => person.repos.createCommitStatus({ ...repo, sha, context: "build", state: "success" });
  const groups = async () =>
    (await person.git.listMatchingRefs({ ...repo, ref: "heads/gh-readonly-queue/" })).data.map(
      ({ object }) => object.sha,
    );
  await build(sha);
  const [group = ""] = await eventually(groups, (found) => found.length === 1);
  await told();
  marks.length = 0;
  await build(group);
  const wanted = ["ChangeProposal/third", "Repository/apis"];
  const seen = await eventually(
    async () => [...new Set(marks)].sort(),
    (found) => found.length >= wanted.length,
  );
  assert.deepEqual(seen, wanted);
  assert.equal((await person.pulls.get(pull)).data.merged, true);
});
