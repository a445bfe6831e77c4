import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type RunningForge, startForge } from "../../../src/embedded/forge/server.ts";

const run = promisify(execFile);
const environment = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

let folder: string;
let forge: RunningForge;
let token: string;
const problems: unknown[] = [];

const git = (cwd: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  run("git", args, { cwd, env: environment, encoding: "utf8" });
const addressOf = (repository: string, secret = token): string =>
  `${forge.url.replace("//", `//x-access-token:${secret}@`)}/${repository}.git`;
const clone = async (repository: string, name: string, ...args: string[]): Promise<string> => {
  await git(folder, "clone", "--quiet", ...args, addressOf(repository), name);
  return join(folder, name);
};
const commit = async (work: string, path: string, content: string): Promise<string> => {
  writeFileSync(join(work, path), content);
  await git(work, "add", path);
  await git(work, "commit", "--quiet", "-m", `Change ${path}`);
  return (await git(work, "rev-parse", "HEAD")).stdout.trim();
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-forge-"));
  forge = await startForge({
    dataDir: join(folder, "data"),
    clock: { now: () => new Date("2026-03-01T12:00:00Z") },
    onError: (error) => problems.push(error),
  });
  token = forge.createToken("acme");
  await forge.createRepository({ owner: "acme", name: "app", files: { "README.md": "hello\n", "src/main.go": "x\n" } });
  await forge.createRepository({ owner: "acme", name: "secret", private: true, files: { "a.txt": "a\n" } });
});

after(async () => {
  await forge.close();
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(problems, []);
});

test("a clone has the files and the branch of the repository", async () => {
  const work = await clone("acme/app", "plain");
  assert.equal(readFileSync(join(work, "src/main.go"), "utf8"), "x\n");
  assert.equal((await git(work, "branch", "--show-current")).stdout.trim(), "main");
});

test("every protocol version clones the same commit", async () => {
  const heads = await Promise.all(
    ["0", "1", "2"].map(async (version) => {
      const { stdout } = await git(
        folder,
        "-c",
        `protocol.version=${version}`,
        "ls-remote",
        addressOf("acme/app"),
        "main",
      );
      return stdout;
    }),
  );
  assert.equal(new Set(heads).size, 1);
  assert.match(heads[0]!, /^[0-9a-f]{40}\trefs\/heads\/main\n$/);
});

test("a push moves the branch, and the forge has logged it when git is done", async () => {
  const work = await clone("acme/app", "pushing");
  const sha = await commit(work, "new.txt", "new\n");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/topic");
  const entry = forge.log().at(-1);
  assert.deepEqual([entry?.action, entry?.subject, entry?.sha], ["branch.create", "topic", sha]);
  const { stdout } = await git(work, "ls-remote", "origin", "topic");
  assert.equal(stdout, `${sha}\trefs/heads/topic\n`);
});

test("a large push with a compressed body arrives", async () => {
  const work = await clone("acme/app", "large");
  const lines = Array.from({ length: 50_000 }, (_, index) => `${index} ${Math.imul(index, 2654435761)}`).join("\n");
  await commit(work, "large.txt", lines);
  await git(work, "-c", "http.postBuffer=1000", "push", "--quiet", "origin", "HEAD:refs/heads/large");
  const again = await clone("acme/app", "large-again", "--branch", "large");
  assert.equal(readFileSync(join(again, "large.txt"), "utf8"), lines);
});

test("a partial clone leaves the blobs on the forge and fetches them when they are asked for", async () => {
  const work = await clone("acme/app", "partial", "--filter=blob:none", "--no-checkout");
  const { stdout } = await git(work, "rev-list", "--objects", "--missing=print", "main");
  assert.ok(stdout.split("\n").some((line) => line.startsWith("?")));
  assert.equal((await git(work, "show", "main:README.md")).stdout, "hello\n");
});

test("a shallow clone has one commit and can be deepened", async () => {
  const source = await clone("acme/app", "deep");
  await commit(source, "one.txt", "1");
  await commit(source, "two.txt", "2");
  await git(source, "push", "--quiet", "origin", "HEAD:refs/heads/deep");
  const work = await clone("acme/app", "shallow", "--depth=1", "--branch=deep");
  assert.equal((await git(work, "rev-list", "--count", "HEAD")).stdout.trim(), "1");
  await git(work, "fetch", "--quiet", "--unshallow");
  assert.equal((await git(work, "rev-list", "--count", "HEAD")).stdout.trim(), "3");
});

test("a commit can be fetched by its sha alone", async () => {
  const source = await clone("acme/app", "by-sha");
  const sha = await commit(source, "sha.txt", "s");
  await commit(source, "sha.txt", "t");
  await git(source, "push", "--quiet", "origin", "HEAD:refs/heads/by-sha");
  const work = await clone("acme/app", "by-sha-fetch", "--single-branch");
  await git(work, "fetch", "--quiet", "origin", sha);
  assert.equal((await git(work, "rev-parse", "FETCH_HEAD")).stdout.trim(), sha);
});

test("anybody reads a public repository, and nobody writes to it without a credential", async () => {
  await git(folder, "clone", "--quiet", `${forge.url}/acme/app`, "anonymous");
  const work = join(folder, "anonymous");
  await commit(work, "mine.txt", "m");
  await assert.rejects(
    git(work, "push", "origin", "HEAD:refs/heads/mine"),
    /could not read Username|terminal prompts disabled/,
  );
});

test("a private repository is not there for strangers", async () => {
  await assert.rejects(git(folder, "clone", `${forge.url}/acme/secret`, "no"), /could not read Username/);
  const stranger = forge.createToken("eve");
  await assert.rejects(git(folder, "clone", addressOf("acme/secret", stranger), "no"), /not found/i);
  await assert.rejects(git(folder, "clone", addressOf("acme/secret", "wrong"), "no"), /Authentication failed/);
});

test("a reader's push is refused with 403", async () => {
  const reader = forge.createToken("reader");
  const work = await clone("acme/app", "reading");
  await commit(work, "r.txt", "r");
  await assert.rejects(git(work, "push", addressOf("acme/app", reader), "HEAD:refs/heads/r"), /403/);
});

test("deleting and rewriting branches works, and the default branch stays", async () => {
  const work = await clone("acme/app", "rewriting");
  await commit(work, "f.txt", "1");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/rewrite");
  await git(work, "commit", "--quiet", "--amend", "-m", "Rewritten");
  await assert.rejects(git(work, "push", "origin", "HEAD:refs/heads/rewrite"), /non-fast-forward|rejected/);
  await git(work, "push", "--quiet", "--force", "origin", "HEAD:refs/heads/rewrite");
  await git(work, "push", "--quiet", "origin", ":refs/heads/rewrite");
  assert.equal((await git(work, "ls-remote", "origin", "rewrite")).stdout, "");
  await assert.rejects(git(work, "push", "origin", ":refs/heads/main"), /remote rejected/);
});

test("the two refs of one push are told apart when one is refused", async () => {
  const work = await clone("acme/app", "two");
  const sha = await commit(work, "t.txt", "1");
  await assert.rejects(
    git(work, "push", "origin", "HEAD:refs/heads/two", "HEAD:refs/pull/9/head"),
    /refs\/pull|hidden/,
  );
  assert.equal((await git(work, "ls-remote", "origin", "refs/heads/two")).stdout, `${sha}\trefs/heads/two\n`);
  assert.equal(forge.log().at(-1)?.subject, "two");
  assert.ok(existsSync(work));
});

test("refs are listed as git itself lists them: packed, annotated, and none", async () => {
  await forge.createRepository({ owner: "acme", name: "listing", files: { a: "a" } });
  await forge.createRepository({ owner: "acme", name: "bare" });
  const work = await clone("acme/listing", "listing-work");
  await git(work, "tag", "-a", "-m", "One", "v1");
  await git(work, "tag", "light");
  await git(work, "push", "--quiet", "origin", "v1", "light", "HEAD:feature/a", "HEAD:feature/b");
  const bare = join(folder, "data", "repos", "acme", "listing.git");
  await git(bare, "pack-refs", "--all");
  await git(work, "push", "--quiet", "origin", "HEAD:feature/c", ":feature/a");
  for (const patterns of [[], ["--heads"], ["--symref", "HEAD"], ["refs/heads/feature/*"], ["--tags"]]) {
    const flags = patterns.filter((word) => word.startsWith("--"));
    const names = patterns.filter((word) => !word.startsWith("--"));
    const [ours, theirs] = await Promise.all(
      [addressOf("acme/listing"), bare].map((place) => git(work, "ls-remote", ...flags, place, ...names)),
    );
    assert.equal(ours?.stdout, theirs?.stdout, patterns.join(" "));
  }
  assert.equal((await git(work, "ls-remote", addressOf("acme/bare"))).stdout, "");
  const empty = await clone("acme/bare", "empty-work");
  assert.equal((await git(empty, "symbolic-ref", "HEAD")).stdout.trim(), "refs/heads/main");
  await commit(empty, "first.txt", "1");
  await git(empty, "push", "--quiet", "origin", "HEAD:main");
});

test("a request that is not git's gets an error and harms nobody", async () => {
  const send = (path: string, body: string) =>
    fetch(`${forge.url}/acme/app.git/${path}`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${token}`, "git-protocol": "version=2" },
    });
  for (const body of ["", "zzzz", "0005", "00", "0000", "0014command=ls-refs\n"]) {
    for (const path of ["git-upload-pack", "git-receive-pack"]) {
      const answer = await send(path, body);
      assert.ok([200, 400].includes(answer.status), `${path} ${body}: ${answer.status}`);
      await answer.arrayBuffer();
    }
  }
  const dumb = await fetch(`${forge.url}/acme/app.git/info/refs`);
  assert.equal(dumb.status, 403);
});
