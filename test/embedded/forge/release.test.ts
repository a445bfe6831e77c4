import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { Octokit } from "@octokit/rest";
import { startForge } from "../../../src/embedded/forge/server.ts";
import { failureOf, fixedClock, startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let owner: Octokit;
const repo = { owner: "acme", repo: "apis" };

beforeEach(async () => {
  world = await startTestForge();
  owner = world.octokit();
  await world.repository("apis");
});
afterEach(() => world.close());

const upload = (release_id: number, name: string, data: Buffer) =>
  owner.repos.uploadReleaseAsset({
    ...{ ...repo, release_id, name, data: data as unknown as string, baseUrl: `${world.forge.url}/api/uploads` },
    headers: { "content-type": "application/gzip" },
  });

test("of two releases of one tag at the same moment, one is made", async () => {
  const tries = await Promise.allSettled([1, 2, 3].map(() => owner.repos.createRelease({ ...repo, tag_name: "v1" })));

  assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
  assert.equal((await owner.repos.listReleases(repo)).data.length, 1);
  assert.equal((await owner.repos.listTags(repo)).data.length, 1);
});

test("a release makes its tag where it is missing, takes the one that is there, and leaves it when it goes", async () => {
  const { data: main } = await owner.git.getRef({ ...repo, ref: "heads/main" });
  await owner.repos.createOrUpdateFileContents({ ...repo, path: "b", message: "b", content: "Yg==" });
  const target_commitish = main.object.sha;
  const { data: release } = await owner.repos.createRelease({ ...repo, tag_name: "v1", target_commitish });
  assert.equal((await owner.git.getRef({ ...repo, ref: "tags/v1" })).data.object.sha, main.object.sha);
  await owner.repos.deleteRelease({ ...repo, release_id: release.id });
  await owner.repos.createRelease({ ...repo, tag_name: "v1" });
  assert.equal((await owner.git.getRef({ ...repo, ref: "tags/v1" })).data.object.sha, main.object.sha);
});

test("a draft has no tag, is seen by those who may write, and is published later", async () => {
  const { data: draft } = await owner.repos.createRelease({ ...repo, tag_name: "v1", draft: true });
  const reader = world.octokit(world.forge.createToken("reader"));
  assert.equal(draft.published_at, null);
  assert.equal((await failureOf(owner.git.getRef({ ...repo, ref: "tags/v1" })))[0], 404);
  assert.equal((await reader.repos.listReleases(repo)).data.length, 0);
  assert.equal((await failureOf(reader.repos.getRelease({ ...repo, release_id: draft.id })))[0], 404);

  await owner.repos.updateRelease({ ...repo, release_id: draft.id, draft: false });
  assert.equal((await reader.repos.getReleaseByTag({ ...repo, tag: "v1" })).data.id, draft.id);
  await owner.git.getRef({ ...repo, ref: "tags/v1" });
});

test("the latest release is no pre-release, and none that asked not to be", async () => {
  await owner.repos.createRelease({ ...repo, tag_name: "v1" });
  await owner.repos.createRelease({ ...repo, tag_name: "v2-rc", prerelease: true });
  await owner.repos.createRelease({ ...repo, tag_name: "v0.9.1", make_latest: "false" });
  assert.equal((await owner.repos.getLatestRelease(repo)).data.tag_name, "v1");
});

test("names that are no tags and targets that are no commits are refused", async () => {
  const [status, message] = await failureOf(owner.repos.createRelease({ ...repo, tag_name: "a..b" }));
  assert.equal(status, 422);
  assert.match(message, /not a valid tag/);
  const wrong = owner.repos.createRelease({ ...repo, tag_name: "v1", target_commitish: "nowhere" });
  assert.deepEqual(await failureOf(wrong), [422, "Validation Failed: target_commitish invalid"]);
  assert.equal((await owner.repos.listReleases(repo)).data.length, 0);
});

test("notes tell the pull requests that were merged since the release before", async () => {
  const change = async (name: string): Promise<void> => {
    const { data: main } = await owner.git.getRef({ ...repo, ref: "heads/main" });
    await owner.git.createRef({ ...repo, ref: `refs/heads/${name}`, sha: main.object.sha });
    await owner.repos.createOrUpdateFileContents({ ...repo, path: name, branch: name, message: name, content: "YQ==" });
    const { data } = await owner.pulls.create({ ...repo, head: name, base: "main", title: `Add ${name}` });
    await owner.pulls.merge({ ...repo, pull_number: data.number, merge_method: "squash" });
  };
  await change("one");
  await owner.repos.createRelease({ ...repo, tag_name: "v1" });
  await change("two");
  const { data } = await owner.repos.createRelease({ ...repo, tag_name: "v2", generate_release_notes: true });
  const html = `${world.forge.url}/acme/apis`;
  assert.equal(
    data.body,
    `## What's Changed\n* Add two by @acme in ${html}/pull/2\n\n\n**Full Changelog**: ${html}/compare/v1...v2`,
  );
});

test("a file of some megabytes comes back as it was, also after a restart", async () => {
  const bytes = randomBytes(3 * 1024 * 1024);
  const { data: release } = await owner.repos.createRelease({ ...repo, tag_name: "v1" });
  const { data: asset } = await upload(release.id, "mill.tar.gz", bytes);
  assert.equal(asset.digest, `sha256:${createHash("sha256").update(bytes).digest("hex")}`);
  await world.forge.close();
  const again = await startForge({ dataDir: join(world.folder, "data"), clock: fixedClock });
  try {
    const response = await fetch(`${again.url}/acme/apis/releases/latest/download/mill.tar.gz`);
    assert.equal(response.headers.get("content-disposition"), 'attachment; filename="mill.tar.gz"');
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
  } finally {
    await again.close();
  }
});

test("an upload that breaks off leaves nothing behind", async () => {
  const { data: release } = await owner.repos.createRelease({ ...repo, tag_name: "v1" });
  const url = `${world.forge.url}/api/uploads/repos/acme/apis/releases/${release.id}/assets?name=x`;
  const headers = { authorization: `token ${world.token}`, "content-length": "1000" };
  await new Promise<void>((resolve) => {
    const sent = request(url, { method: "POST", headers });
    sent.on("error", () => resolve());
    sent.write("half", () => setTimeout(() => sent.destroy(), 50));
  });
  const folder = join(world.folder, "data/repos/acme/apis.git/release-assets");
  for (let tries = 0; readdirSync(folder).length > 0 && tries < 300; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.deepEqual(readdirSync(folder), []);
  assert.equal((await owner.repos.listReleaseAssets({ ...repo, release_id: release.id })).data.length, 0);
  world.problems.length = 0; // the broken upload itself is told of as an inner error
});
