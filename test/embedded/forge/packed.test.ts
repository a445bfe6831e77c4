import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Octokit } from "@octokit/rest";
import { shaOf } from "../../../src/embedded/forge/git/loose.ts";
import { failureOf, startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let api: Octokit;
const place = { owner: "acme", repo: "packed" };

before(async () => {
  world = await startTestForge();
  api = world.octokit();
  const files = Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [`folder-${index % 7}/file-${index}.txt`, `${index}\n`.repeat(index)]),
  );
  await world.repository("packed", { ...files, "large.bin": "\0\n".repeat(1_500_000) });
  const bare = join(world.folder, "data", "repos", "acme", "packed.git");
  await world.git(bare, "repack", "--quiet", "-a", "-d");
  await world.git(bare, "prune-packed");
  assert.equal((await world.git(bare, "count-objects")).split(" ")[0], "0");
});
after(() => world.close());

test("packed objects are read by many at once, the large among the small and the missing", async () => {
  const { data } = await api.git.getTree({ ...place, tree_sha: "main", recursive: "true" });
  const blobs = data.tree.filter(({ type }) => type === "blob");
  assert.equal(blobs.length, 121);
  const read = async (file_sha: string): Promise<string> => {
    const blob = (await api.git.getBlob({ ...place, file_sha })).data;
    return shaOf("blob", Buffer.from(blob.content, "base64"));
  };
  const asked = blobs.flatMap(({ sha }) => [
    read(sha),
    failureOf(api.git.getBlob({ ...place, file_sha: "1".repeat(40) })),
  ]);
  const answers = await Promise.all(asked);
  for (const [index, { sha }] of blobs.entries()) {
    assert.equal(answers[2 * index], sha);
    assert.deepEqual(answers[2 * index + 1], [404, "Not Found"]);
  }
});

test("a packed repository takes commits, pull requests and pushes, and git finds it sound", async () => {
  const sha = (await api.git.getRef({ ...place, ref: "heads/main" })).data.object.sha;
  await api.git.createRef({ ...place, ref: "refs/heads/topic", sha });
  const file = { ...place, path: "folder-1/new.txt", branch: "topic", message: "New", content: "bmV3Cg==" };
  await api.repos.createOrUpdateFileContents(file);
  const pull = await api.pulls.create({ ...place, title: "New", head: "topic", base: "main" });
  assert.deepEqual([pull.data.additions, pull.data.changed_files], [1, 1]);
  await api.pulls.merge({ ...place, pull_number: pull.data.number });
  const work = join(world.folder, "packed-work");
  await world.git(world.folder, "clone", "--quiet", world.address("acme/packed"), work);
  for (let index = 0; index < 520; index += 1) writeFileSync(join(work, `many-${index}.txt`), `${index}\n`);
  await world.git(work, "add", ".");
  await world.git(work, "commit", "--quiet", "-m", "Many");
  await world.git(work, "push", "--quiet", "origin", "main");
  const pushed = await api.repos.getContent({ ...place, path: "many-519.txt" });
  assert.equal(Buffer.from((pushed.data as { content: string }).content, "base64").toString(), "519\n");
  await world.git(join(world.folder, "data", "repos", "acme", "packed.git"), "fsck", "--strict", "--no-dangling");
});
