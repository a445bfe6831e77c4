import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Forge, PullRequest } from "../../src/reconcilers/forge-port.ts";
import { forgeOver } from "../support/github.ts";
import { type RecordingProxy, startProxy } from "../support/recording-proxy.ts";
import { type ForgeFixture, signal, text } from "./forge-fixture.ts";
import { type OnEmbedded, onEmbeddedForge } from "./forge-on-embedded.ts";

/**
 * What a rehearsal says that it would send is what is sent: each effect is rehearsed, and then done through a proxy that
 * writes down every byte.
 */
let host: ForgeFixture & OnEmbedded;
let proxy: RecordingProxy;
let forge: Forge;
let close: () => Promise<void>;
before(async () => {
  host = await onEmbeddedForge();
  proxy = await startProxy(new URL(host.api).origin);
  ({ forge, close } = await forgeOver({ url: `${proxy.url}/api/v3`, token: host.token }));
});
after(async () => {
  await close();
  await proxy.close();
  await host.stop();
});

const at = { owner: "acme", name: "apis" };
const id = "acme/apis";
const isQuery = (path: string, body: string) => path.endsWith("/graphql") && /^\{"query":"query/.test(body);

/** Rehearses an effect, does it, and compares what went over the wire. */
async function same(effect: (forge: Forge) => Promise<unknown>): Promise<number> {
  const rehearsal = forge.rehearse();
  const begun = proxy.seen.length;
  await effect(rehearsal.forge);
  const sentMeanwhile = proxy.seen.slice(begun).filter(({ method }) => method !== "GET");
  assert.deepEqual(
    sentMeanwhile.filter(({ path, body }) => !isQuery(path, body)),
    [],
  );
  const from = proxy.seen.length;
  await effect(forge);
  const written = proxy.seen.slice(from).filter(({ method, path, body }) => method !== "GET" && !isQuery(path, body));
  assert.deepEqual(
    rehearsal.calls().map(({ method, path, body }) => ({ method, path, body: JSON.stringify(body) })),
    written.map(({ method, path, body }) => ({ method, path: path.replace(/^\/api(\/v3)?/, ""), body })),
  );
  return written.length;
}

test("every effect is rehearsed as it is sent, byte for byte", async () => {
  await host.create(id);
  const sha = await host.commit(id, "change", { "a.txt": "two\n" });
  await host.label(id, "deps");
  const reviewer = (await host.member(id, "Write"))!;
  const pulls = (forge: Forge) => forge.pulls;
  const of = async (branch: string): Promise<PullRequest> => (await forge.pulls.find(at, branch, signal))!;
  const from = { branch: "change", base: "main" };

  assert.equal(await same((forge) => pulls(forge).open(at, from, { ...text, draft: true }, signal)), 1);
  const draft = await of("change");
  const wish = { labels: ["deps", "no-such-label"], reviewers: [reviewer], assignees: ["acme"] };
  assert.equal(await same((forge) => pulls(forge).decorate(at, draft.number, wish, signal)), 3);
  const remark = { body: "Stopped: ä ü 🚧", mark: "stopped/1" };
  assert.equal(await same((forge) => pulls(forge).comment(at, draft.number, remark, signal)), 1);
  assert.equal(await same((forge) => pulls(forge).comment(at, draft.number, remark, signal)), 0);
  assert.equal(await same((forge) => pulls(forge).revise(at, draft, { title: "Other", body: "`x`\n" }, signal)), 1);
  assert.equal(await same((forge) => pulls(forge).close(at, draft.number, "Not needed.", signal)), 2);
  assert.equal(await same((forge) => pulls(forge).close(at, draft.number, "Not needed.", signal)), 0);

  assert.equal(await same((forge) => pulls(forge).open(at, from, text, signal)), 1);
  const { number } = await of("change");
  await host.offerAutoMerge?.(id, true);
  await host.require(id, "main", ["build"]);
  const how = { sha, method: "Squash" } as const;
  assert.equal(await same((forge) => pulls(forge).handOver(at, number, how, signal)), 1);
  assert.equal(await same((forge) => pulls(forge).handOver(at, number, how, signal)), 0);
  await host.require(id, "main", []);
  await host.commit(id, "second", { "b.txt": "two\n" });
  const second = await forge.pulls.open(at, { branch: "second", base: "main" }, text, signal);
  const merge = { sha: second.headSha, method: "Rebase" } as const;
  assert.equal(await same((forge) => pulls(forge).merge(at, second.number, merge, signal)), 1);
});

test("a release is rehearsed as it is sent; of a file, how long it is", async () => {
  const slug = { owner: "acme", name: "released" };
  const first = await host.create("acme/released");
  for (const tag of ["v1", "lib/v2"]) await host.tag("acme/released", tag, first);
  const notes = { title: "One", body: "Notes: ä\n", isDraft: false, isPreRelease: false };
  for (const [more, writes] of [
    [{ tag: "v1" }, 1],
    [{ tag: "v1" }, 0],
    [{ tag: "lib/v2", isDraft: true, isLatest: false }, 1],
  ] as const)
    assert.equal(await same(({ releases }) => releases.publish(slug, { ...notes, ...more }, signal)), writes);
  const text = { tag: "lib/v2", title: "Two", body: "" };
  assert.equal(await same(({ releases }) => releases.revise(slug, text, signal)), 1);

  const content = new Uint8Array(2_000);
  const { forge: stage, calls } = forge.rehearse();
  const attach = (over: Forge) => over.releases.attach(slug, { tag: "v1", name: "a+b.bin", content }, signal);
  await attach(stage);
  await attach(forge);
  const sent = proxy.seen.at(-1)!;
  assert.deepEqual(calls(), [
    { method: sent.method, path: sent.path.slice("/api/uploads".length), body: { bytes: 2_000 } },
  ]);
  assert.equal(Buffer.from(sent.body).byteLength, 2_000);
});

test("a queue is rehearsed as it is joined", async () => {
  const queued = "acme/queued";
  const there = { owner: "acme", name: "queued" };
  await host.create(queued);
  const sha = await host.commit(queued, "change", { "a.txt": "two\n" });
  await host.require(queued, "main", ["build"]);
  await host.status(queued, sha, "build", "Passed");
  await host.queue?.require(queued, "main");
  const { number } = await forge.pulls.open(there, { branch: "change", base: "main" }, text, signal);
  assert.equal(await same(({ pulls }) => pulls.handOver(there, number, { sha, method: "Squash" }, signal)), 1);
  assert.match(proxy.seen.findLast(({ path }) => path.endsWith("/graphql"))?.body ?? "", /enqueuePullRequest/);
});

test("a rehearsal goes on where the pull request is only imagined", async () => {
  await host.create("acme/imagined");
  const there = { owner: "acme", name: "imagined" };
  const { forge: stage, calls } = forge.rehearse();
  const { number, url, draft } = await stage.pulls.open(
    there,
    { branch: "not-pushed", base: "main" },
    { ...text, draft: true },
    signal,
  );
  assert.deepEqual([number, draft], [0, true]);
  assert.match(url, /\/acme\/imagined\/compare\/main\.\.\.not-pushed$/);
  assert.equal((await stage.pulls.get(there, 0, signal))?.title, text.title);
  const wish = { labels: [], reviewers: ["anybody", "team/core"], assignees: ["acme"] };
  assert.deepEqual(await stage.pulls.decorate(there, 0, wish, signal), { unknown: [] });
  assert.deepEqual(await stage.pulls.comments(there, 0, 0, signal), []);
  await stage.pulls.comment(there, 0, { body: "Hello.", mark: "x" }, signal);
  const merged = await stage.pulls.merge(there, 0, { sha: "0".repeat(40), method: "Merge" }, signal);
  assert.equal(merged.merged, true);
  assert.equal((await stage.pulls.get(there, 0, signal))?.state, "Merged");
  assert.deepEqual(
    calls().map(({ method, path }) => `${method} ${path}`),
    [
      "POST /repos/acme/imagined/pulls",
      "POST /repos/acme/imagined/pulls/0/requested_reviewers",
      "POST /repos/acme/imagined/issues/0/assignees",
      "POST /repos/acme/imagined/issues/0/comments",
      "PUT /repos/acme/imagined/pulls/0/merge",
    ],
  );
  assert.equal(await host.pulls("acme/imagined"), 0);
});
