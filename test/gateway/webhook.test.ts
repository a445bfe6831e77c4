import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type Delivery, type World, webhooks } from "../../src/gateway/webhook.ts";
import type { Key, Log } from "../../src/reconcilers/ports.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Forge } from "../../src/schema/forge.ts";
import type { Kind } from "../../src/schema/kind.ts";
import { Release } from "../../src/schema/release.ts";
import { Repository } from "../../src/schema/repository.ts";

const secret = "it's a secret";
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const meta = (name: string) => ({ name, namespace: "fleet", uid: name, generation: 1 });

const objects = [
  Forge.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Forge",
    metadata: meta("github"),
    spec: { credentials: { tokenSecretRef: { name: "forge" } }, webhook: { secretRefs: [{ name: "forge" }] } },
  }),
  Forge.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Forge",
    metadata: meta("unsigned"),
    spec: { credentials: { tokenSecretRef: { name: "forge" } } },
  }),
  Repository.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Repository",
    metadata: meta("apis"),
    spec: { forgeRef: { name: "github" }, owner: "Acme", name: "apis" },
  }),
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: meta("sync"),
    spec: { repositoryRef: { name: "apis" }, title: "t", change: { edits: [{ path: "a", content: "b" }] } },
    status: {
      branch: "millrace/fleet/sync",
      commit: "a".repeat(40),
      pullRequest: { ref: "#7", number: 7, url: "http://x", state: "Open" },
    },
  }),
];

/** Releases of `apis`, one of which waits for a person to publish it. */
const releases = (["Publishing", "Released"] as const).map((phase) =>
  Release.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Release",
    metadata: meta(`apis-${phase.toLowerCase()}`),
    spec: { repositoryRef: { name: "apis" } },
    status: { phase, tag: phase === "Released" ? "v1.0.0" : "v1.1.0" },
  }),
);

/** A world that records marks; `store` can fail or wait, and `secrets` can be replaced. */
function world({
  store = async () => {},
  value = secret as string | undefined,
}: {
  store?: () => Promise<void>;
  value?: string | undefined;
} = {}) {
  const marks: string[] = [];
  let now = Date.parse("2026-11-21T12:00:00Z");
  const it: World = {
    lookup: {
      get: (kind: Kind, key: Key) =>
        objects.find(
          (each) =>
            each.kind === kind.kind && each.metadata.name === key.name && each.metadata.namespace === key.namespace,
        ) as never,
      list: (kind: Kind, namespace: string) =>
        [...objects, ...releases].filter(
          (each) => each.kind === kind.kind && each.metadata.namespace === namespace,
        ) as never,
    },
    secrets: { read: async () => value },
    marker: {
      async annotate(kind, { name }, annotations) {
        await store();
        marks.push(`${kind.kind}/${name} ${Object.keys(annotations)}`);
      },
    },
    clock: { now: () => new Date(now++), sleep: async () => {} },
    log: silent,
  };
  return { take: webhooks(it), marks, requests: () => marks.filter((mark) => mark.endsWith("requestedAt")) };
}

const sign = (body: Buffer, key = secret) => `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
function delivery(payload: object, change: Partial<Delivery> = {}): Delivery {
  const body = Buffer.from(JSON.stringify({ repository: { full_name: "acme/apis" }, ...payload }));
  return {
    forge: { namespace: "fleet", name: "github" },
    event: "push",
    id: "d1",
    signature: sign(body),
    body,
    ...change,
  };
}

test("a push marks the repository that it is about, whatever the case of its name", async () => {
  const { take, requests } = world();
  const { status, body } = await take(delivery({ ref: "refs/heads/main" }));
  assert.deepEqual([status, body.marked], [202, 1]);
  assert.deepEqual(requests(), ["Repository/apis millrace.dev/requestedAt"]);
});

for (const [about, event, payload, marked] of [
  ["a release that is published marks the Release at its tag", "release", { release: { tag_name: "v1.1.0" } }, true],
  ["a tag that is pushed does, too", "push", { ref: "refs/tags/v1.1.0" }, true],
  ["and one that is deleted", "delete", { ref: "v1.1.0", ref_type: "tag" }, true],
  ["what is released is looked at no more", "release", { release: { tag_name: "v1.0.0" } }, false],
  ["another tag is nobody's", "create", { ref: "v2.0.0", ref_type: "tag" }, false],
] as const)
  test(about, async () => {
    const { take, requests } = world();
    await take(delivery(payload, { event }));
    const expected = ["Repository/apis", ...(marked ? ["Release/apis-publishing"] : [])];
    assert.deepEqual(
      requests(),
      expected.map((each) => `${each} millrace.dev/requestedAt`),
    );
  });

for (const [about, event, payload, marked] of [
  ["a push to our branch marks the proposal", "push", { ref: "refs/heads/millrace/fleet/sync" }, "ChangeProposal/sync"],
  [
    "a pull request marks its proposal by number",
    "pull_request",
    { pull_request: { number: 7, head: { ref: "x" } } },
    "ChangeProposal/sync",
  ],
  [
    "a pull request not recorded yet, by branch",
    "pull_request",
    { pull_request: { number: 8, head: { ref: "millrace/fleet/sync" } } },
    "ChangeProposal/sync",
  ],
  [
    "a check run marks the proposal of its commit",
    "check_run",
    { check_run: { head_sha: "a".repeat(40) } },
    "ChangeProposal/sync",
  ],
  ["a status marks the proposal of its commit", "status", { sha: "a".repeat(40) }, "ChangeProposal/sync"],
  ["a check of another commit marks nothing", "check_suite", { check_suite: { head_sha: "b".repeat(40) } }, undefined],
  [
    "another pull request marks nothing",
    "pull_request",
    { pull_request: { number: 9, head: { ref: "x" } } },
    undefined,
  ],
  [
    "what a person says below a pull request marks its proposal",
    "issue_comment",
    { action: "created", issue: { number: 7, pull_request: {} }, comment: { user: { type: "User" } } },
    "ChangeProposal/sync",
  ],
  [
    "what a bot says below it marks nothing",
    "issue_comment",
    { action: "created", issue: { number: 7, pull_request: {} }, comment: { user: { type: "Bot" } } },
    undefined,
  ],
  [
    "a comment that is only changed marks nothing",
    "issue_comment",
    { action: "edited", issue: { number: 7, pull_request: {} }, comment: { user: { type: "User" } } },
    undefined,
  ],
  [
    "a comment on an issue that has the number of a pull request elsewhere marks nothing",
    "issue_comment",
    { action: "created", issue: { number: 7 }, comment: { user: { type: "User" } } },
    undefined,
  ],
  [
    "a review marks the proposal of its pull request",
    "pull_request_review",
    { action: "submitted", pull_request: { number: 7, head: { ref: "x" } } },
    "ChangeProposal/sync",
  ],
  [
    "a remark on a line of code marks nothing",
    "pull_request_review_comment",
    { action: "created", pull_request: { number: 7, head: { ref: "x" } }, comment: { user: { type: "User" } } },
    undefined,
  ],
  [
    "a merge queue's group marks the proposal whose pull request it is named after",
    "merge_group",
    { action: "destroyed", merge_group: { head_ref: `refs/heads/gh-readonly-queue/main/pr-7-${"c".repeat(40)}` } },
    "ChangeProposal/sync",
  ],
  [
    "another's group marks nothing",
    "merge_group",
    { action: "destroyed", merge_group: { head_ref: `refs/heads/gh-readonly-queue/main/pr-77-${"c".repeat(40)}` } },
    undefined,
  ],
  [
    "a pull request that leaves the queue marks its proposal",
    "pull_request",
    { action: "dequeued", pull_request: { number: 7, head: { ref: "x" } } },
    "ChangeProposal/sync",
  ],
  ["a repository that nobody declared marks nothing", "push", { repository: { full_name: "acme/other" } }, undefined],
] as const) {
  test(about, async () => {
    const { take, requests } = world();
    const { status } = await take(delivery(payload, { event }));
    assert.equal(status, 202);
    assert.deepEqual(requests(), marked ? [`${marked} millrace.dev/requestedAt`] : []);
  });
}

for (const [about, change] of [
  ["without a signature", { signature: undefined }],
  ["with a signature by another secret", { signature: sign(delivery({}).body, "other") }],
  ["with a SHA-1 signature only", { signature: `sha1=${"a".repeat(40)}` }],
  ["with a body altered by one byte", { body: Buffer.from(`${delivery({}).body.toString()} `) }],
  ["for a forge that does not exist", { forge: { namespace: "fleet", name: "none" } }],
  ["for a forge in another namespace", { forge: { namespace: "other", name: "github" } }],
  ["for a forge that has no webhook secret", { forge: { namespace: "fleet", name: "unsigned" } }],
] as const) {
  test(`a delivery ${about} is refused and marks nothing`, async () => {
    const { take, marks } = world();
    assert.equal((await take(delivery({}, change))).status, 401);
    assert.deepEqual(marks, []);
  });
}

for (const value of ["", undefined]) {
  test(`a secret that is ${JSON.stringify(value)} signs nothing, not even with itself`, async () => {
    const { take } = world({ value });
    const { body } = delivery({});
    assert.equal((await take(delivery({}, { signature: sign(body, "") }))).status, 401);
  });
}

test("the same delivery id marks once, also when both come at once", async () => {
  const { take, requests } = world();
  const [first, second] = await Promise.all([take(delivery({})), take(delivery({}))]);
  const third = await take(delivery({}));
  assert.deepEqual([first.result, second.result, third.result], ["accepted", "duplicate", "duplicate"]);
  assert.equal(requests().length, 1);
});

test("202 comes after the mark is stored, and a delivery that could not be stored can come again", async () => {
  let down = true;
  const { take, requests } = world({
    store: async () => (down ? Promise.reject(new Error("no API server")) : undefined),
  });
  assert.equal((await take(delivery({}))).status, 503);
  down = false;
  assert.deepEqual([(await take(delivery({}))).status, requests().length], [202, 1]);
});

test("a thousand deliveries at once for one object cost two writes, and each waits for one that began after it", async () => {
  const release: (() => void)[] = [];
  const { take, requests } = world({ store: () => new Promise((resolve) => release.push(resolve)) });
  let answered = 0;
  const all = Array.from({ length: 1_000 }, async (_, index) => {
    await take(delivery({}, { id: `d${index}` }));
    answered += 1;
  });
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  assert.equal(answered, 0);
  while (answered < 1_000) {
    for (const each of release.splice(0)) each();
    await new Promise(setImmediate);
  }
  await Promise.all(all);
  assert.equal(requests().length, 2);
});

test("a ping is answered, and what is not JSON about a repository is told so", async () => {
  const { take } = world();
  assert.equal((await take(delivery({}, { event: "ping" }))).status, 200);
  const body = Buffer.from("payload=%7B%7D");
  assert.equal((await take(delivery({}, { body, signature: sign(body) }))).status, 400);
  assert.equal((await take(delivery({}, { id: undefined }))).status, 400);
});
