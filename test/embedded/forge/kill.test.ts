import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Octokit } from "@octokit/rest";
import { startForge } from "../../../src/embedded/forge/server.ts";

const run = promisify(execFile);
const secret = "ghp_killtest";
const rounds = Number(process.env["FORGE_KILL_ROUNDS"] ?? 2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let folder: string;
let child: ChildProcess | undefined;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-forge-kill-"));
});
after(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const identity = {
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@b",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@b",
  };
  const clean = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0", HOME: folder };
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", ...clean, ...identity };
  return (await run("git", [...args], { cwd, env, encoding: "utf8" })).stdout.trim();
}

async function start(): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const script = new URL("forge-process.ts", import.meta.url).pathname;
  const process_ = spawn(process.execPath, ["--import", "tsx", script, join(folder, "data"), secret], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = process_;
  const [line] = (await once(process_.stdout, "data")) as [Buffer];
  return { process: process_, url: line.toString().trim() };
}

interface Promised {
  readonly repo: string;
  /** Branch to the sha that the forge said it has. */
  readonly refs: Map<string, string>;
  readonly opened: Map<number, string>;
  readonly merged: Map<number, string>;
}

/** Opens and merges pull requests until the forge is gone; notes only what it was told had happened. */
async function workOn(api: Octokit, promised: Promised, prefix: string): Promise<void> {
  const at = { owner: "acme", repo: promised.repo };
  for (let turn = 0; ; turn += 1) {
    const branch = `${prefix}-${turn}`;
    const content = Buffer.from(`${branch}\n`).toString("base64");
    const base = (await api.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
    await api.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: base });
    promised.refs.set(branch, base);
    const file = { ...at, path: `${branch}.txt`, branch, content, message: `Write ${branch}` };
    const written = await api.repos.createOrUpdateFileContents(file);
    promised.refs.set(branch, written.data.commit.sha ?? "");
    const { data } = await api.pulls.create({ ...at, title: branch, head: branch, base: "main" });
    promised.opened.set(data.number, branch);
    if (turn % 3 === 2) continue;
    const merge_method = turn % 3 === 0 ? "squash" : "merge";
    const merged = await api.pulls.merge({ ...at, pull_number: data.number, merge_method }).catch((error: unknown) => {
      if ((error as { status?: number }).status !== 405) throw error; // somebody else's merge came first
    });
    if (merged) promised.merged.set(data.number, merged.data.sha);
  }
}

/** Pushes commit after commit to a branch with an open pull request, by git, until the forge is gone. */
async function pushTo(url: string, promised: Promised, branch: string): Promise<void> {
  const work = join(folder, `${promised.repo}-${branch}`);
  const at = { owner: "acme", repo: promised.repo };
  const api = new Octokit({ baseUrl: `${url}/api/v3`, auth: secret, log: silent });
  await git(folder, "clone", "--quiet", `${url.replace("//", `//x:${secret}@`)}/acme/${promised.repo}`, work);
  for (let turn = 0; ; turn += 1) {
    await git(work, "commit", "--quiet", "--allow-empty", "-m", `${branch} ${turn}`);
    await git(work, "push", "--quiet", "origin", `HEAD:${branch}`);
    promised.refs.set(branch, await git(work, "rev-parse", "HEAD"));
    if (turn > 0) continue;
    const { data } = await api.pulls.create({ ...at, title: branch, head: branch, base: "main" });
    promised.opened.set(data.number, branch);
  }
}

/** Resolves with the answer of this number: the other workers are in the middle of theirs then. */
const afterAnswers = (api: Octokit, count: number): Promise<void> =>
  new Promise((resolve) => {
    let left = count;
    api.hook.after("request", () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });

async function check(api: Octokit, promised: Promised): Promise<void> {
  const at = { owner: "acme", repo: promised.repo };
  const refs = await api.paginate(api.repos.listBranches, { ...at, per_page: 100 });
  const tips = new Map(refs.map(({ name, commit }) => [name, commit.sha]));
  for (const [branch, sha] of promised.refs) {
    const tip = tips.get(branch);
    assert.ok(tip, `${branch} at ${sha} is gone`);
    if (tip === sha) continue;
    const { data } = await api.repos.compareCommitsWithBasehead({ ...at, basehead: `${sha}...${tip}` });
    assert.equal(data.behind_by, 0, `${branch} has lost ${sha}`);
  }
  const pulls = await api.paginate(api.pulls.list, { ...at, state: "all", per_page: 100, direction: "asc" });
  assert.deepEqual(
    pulls.map(({ number }) => number),
    pulls.map((_, index) => index + 1),
  );
  for (const pull of pulls) {
    if (pull.state === "open") assert.equal(pull.head.sha, tips.get(pull.head.ref), `#${pull.number}`);
    if (pull.merged_at === null) continue;
    const { data } = await api.repos.compareCommitsWithBasehead({ ...at, basehead: `${pull.merge_commit_sha}...main` });
    assert.equal(data.behind_by, 0, `#${pull.number} says that it is merged, and main does not have it`);
  }
  for (const [number, branch] of promised.opened) assert.equal(pulls[number - 1]?.head.ref, branch);
  for (const [number, sha] of promised.merged) assert.equal(pulls[number - 1]?.merge_commit_sha, sha);
  const { data } = await api.repos.listCommits({ ...at, per_page: 100 });
  const squashed = data
    .map(({ commit }) => commit.message.split("\n")[0])
    .filter((line) => / \(#\d+\)$/.test(line ?? ""));
  assert.equal(new Set(squashed).size, squashed.length, "a pull request was squashed twice");
}

test(`killed ${rounds} times in the middle of writes, the forge keeps every word that it gave`, async () => {
  const promises: Promised[] = ["one", "two"].map((repo) => ({
    ...{ repo, refs: new Map(), opened: new Map(), merged: new Map() },
  }));
  for (let round = 0; round <= rounds; round += 1) {
    const running = await start();
    const api = new Octokit({ baseUrl: `${running.url}/api/v3`, auth: secret, log: silent });
    if (round === 0) {
      for (const { repo } of promises) await api.repos.createForAuthenticatedUser({ name: repo, auto_init: true });
    }
    for (const promised of promises) await check(api, promised);
    if (round === rounds) break;
    const enough = afterAnswers(api, 40 + round * 13);
    const work = promises.flatMap((promised) =>
      ["a", "b", "c"].map((worker) => workOn(api, promised, `${round}-${worker}`).catch(() => undefined)),
    );
    const pushes = promises.map((promised) => pushTo(running.url, promised, `${round}-git`).catch(() => undefined));
    await enough;
    running.process.kill("SIGKILL");
    await Promise.all(pushes);
    await Promise.all(work);
  }
  assert.ok(promises.every(({ merged }) => merged.size > 0));
  child?.kill("SIGKILL");
});

test("a torn last line is forgotten, and a torn line in the middle is a reason not to start", async () => {
  const dataDir = join(folder, "torn");
  const options = { dataDir, clock: { now: () => new Date("2026-03-01T12:00:00Z") } };
  const first = await startForge(options);
  first.createUser({ login: "ada" });
  await first.createRepository({ owner: "ada", name: "kept", files: { a: "a" } });
  await first.close();
  const state = join(dataDir, "state");
  const [name = ""] = readdirSync(state);
  appendFileSync(join(state, name), '[["users","","gone",{"logi');
  const second = await startForge(options);
  assert.deepEqual(
    second.log().map(({ action }) => action),
    ["repository.create"],
  );
  await second.createRepository({ owner: "ada", name: "more" });
  await second.close();
  const third = await startForge(options);
  assert.equal(third.log().length, 2);
  await third.close();
  writeFileSync(join(state, name), "not json\n[]\n");
  await assert.rejects(startForge(options), /state-00000001\.jsonl:1 is not a line of this journal/);
});

test("a merge that had reached its base when the forge died is merged, and one that had not is open", async () => {
  const dataDir = join(folder, "between");
  const options = { dataDir, clock: { now: () => new Date("2026-03-01T12:00:00Z") } };
  const first = await startForge(options);
  const token = first.createToken("ada");
  const { repository } = await first.createRepository({ owner: "ada", name: "app", files: { a: "a\n" } });
  const at = { owner: "ada", repo: "app" };
  const api = new Octokit({ baseUrl: first.api, auth: token, log: silent });
  const commits: string[] = [];
  for (const head of ["reached", "missed"]) {
    const main = (await api.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
    await api.git.createRef({ ...at, ref: `refs/heads/${head}`, sha: main });
    const content = Buffer.from(head).toString("base64");
    await api.repos.createOrUpdateFileContents({ ...at, path: head, branch: head, message: head, content });
    await api.pulls.create({ ...at, title: head, head, base: "main" });
    const { tree } = (
      await api.git.getCommit({
        ...at,
        commit_sha: (await api.repos.getBranch({ ...at, branch: head })).data.commit.sha,
      })
    ).data;
    const squash = await api.git.createCommit({ ...at, message: `${head} squashed`, tree: tree.sha, parents: [main] });
    commits.push(squash.data.sha);
  }
  await first.close();
  const [name = ""] = readdirSync(join(dataDir, "state"));
  for (const [index, sha] of commits.entries()) {
    const intent = [["mergeIntents", String(repository.id), String(index + 1), { sha, by: "ada" }]];
    appendFileSync(join(dataDir, "state", name), `${JSON.stringify(intent)}\n`);
  }
  const bare = join(dataDir, "repos", "ada", "app.git");
  writeFileSync(join(bare, "refs/heads/main"), `${commits[0]}\n`);
  writeFileSync(join(bare, "refs/heads/missed.lock"), "");
  const second = await startForge(options);
  const again = new Octokit({ baseUrl: second.api, auth: token, log: silent });
  const pulls = await Promise.all([1, 2].map((pull_number) => again.pulls.get({ ...at, pull_number })));
  assert.deepEqual(
    pulls.map(({ data }) => [data.state, data.merged_by?.login, data.merge_commit_sha]),
    [
      ["closed", "ada", commits[0]],
      ["open", undefined, null],
    ],
  );
  const merged = await again.pulls.merge({ ...at, pull_number: 2, merge_method: "squash" });
  assert.equal(merged.data.merged, true);
  await again.git.deleteRef({ ...at, ref: "heads/missed" });
  await second.close();
});

test("a forge that cannot start leaves nothing behind, and starts when the reason is gone", async () => {
  const dataDir = join(folder, "port");
  const clock = { now: () => new Date("2026-03-01T12:00:00Z") };
  const first = await startForge({ dataDir: join(folder, "other"), clock });
  const port = Number(new URL(first.url).port);
  await assert.rejects(startForge({ dataDir, port, clock }), /EADDRINUSE/);
  await first.close();
  const second = await startForge({ dataDir, port, clock });
  assert.equal(second.url, first.url);
  await second.close();
  await second.close();
});
