/**
 * What a one-line proposal costs on a large repository: 100,000 files and 5,000 commits, served by the embedded forge in a
 * process of its own. Ours works on a mirror; beside it, in the same run, plain git clones, edits and pushes, whole and
 * as little as it can. `bytes` are those of all connections, counted on the wire; `processes` are those of git, its
 * helpers included, counted in a run of their own. `FILES` and `COMMITS` make it smaller.
 */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type ClosableGit, createGit } from "../../src/git/git.ts";
import type { Remote } from "../../src/reconcilers/git-port.ts";
import { silent } from "../support/memory-host.ts";
import { pathOf } from "./large-repository/history.ts";

interface Count {
  readonly sent: number;
  readonly received: number;
}

interface Cost {
  readonly ms: number;
  readonly bytes: Count;
  readonly processes?: number;
}

const run = promisify(execFile);
const [files, commits] = [Number(process.env["FILES"] ?? 100_000), Number(process.env["COMMITS"] ?? 5_000)];
const path = process.env["PATH"] ?? "";
const folder = mkdtempSync(join(tmpdir(), "millrace-large-"));
const { signal } = new AbortController();
const author = { name: "Millrace", email: "millrace@example.com" };

const forge = fork(join(import.meta.dirname, "large-repository", "forge-program.ts"), [
  join(folder, "forge"),
  `${files}`,
  `${commits}`,
]);
const began = performance.now();
const [{ url, token }] = (await once(forge, "message")) as [{ readonly url: string; readonly token: string }];
console.log(`${files} files, ${commits} commits: made in ${((performance.now() - began) / 1_000).toFixed(1)} s`);

async function counted(): Promise<Count> {
  forge.send("count");
  const [count] = (await once(forge, "message")) as [Count];
  return count;
}

/** A `git` that tells of every process that it starts. */
const traced = join(folder, "traced");
mkdirSync(join(traced, "bin"), { recursive: true });
mkdirSync(join(traced, "events"));
const { stdout: found } = await run("sh", ["-c", "command -v git"]);
const script = `#!/bin/sh\nGIT_TRACE2_EVENT=${join(traced, "events")} exec ${found.trim()} "$@"\n`;
writeFileSync(join(traced, "bin", "git"), script);
chmodSync(join(traced, "bin", "git"), 0o755);
const tracedPath = `${join(traced, "bin")}:${path}`;

async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const before = await counted();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const after = await counted();
  const processes = readdirSync(join(traced, "events")).length;
  for (const name of readdirSync(join(traced, "events"))) rmSync(join(traced, "events", name));
  return { ms, bytes: { sent: after.sent - before.sent, received: after.received - before.received }, processes };
}

/** Median time and bytes of some runs, and the processes of one more. */
async function cost(runs: number, work: (path: string, turn: number) => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let turn = 0; turn < runs; turn++) costs.push(await measure(() => work(path, turn)));
  const { processes = 0 } = await measure(() => work(tracedPath, runs));
  const middle = costs.toSorted((a, b) => a.ms - b.ms)[Math.floor(costs.length / 2)]!;
  return { ...middle, processes };
}

const remote = (id: string): Remote => ({
  id,
  url,
  credential: async () => ({ username: "x-access-token", password: token }),
});

async function withGit<T>(name: string, at: string, work: (git: ClosableGit) => Promise<T>): Promise<T> {
  const git = createGit({ directory: join(folder, name), path: at, log: silent });
  try {
    return await work(git);
  } finally {
    await git.close();
  }
}

/** Sync, read, commit and push, one line changed. */
async function propose(git: ClosableGit, turn: number, branch: string): Promise<void> {
  const at = remote("monolith");
  const file = pathOf((turn * 31_337 + branch.length) % files);
  const { heads } = await git.sync(at, signal);
  const parent = heads.get("main")!;
  const text = Buffer.from((await git.read(at, parent, file, signal))!).toString();
  const content = Buffer.from(text.replace(/version = .*/, `version = proposed ${turn}`));
  const commit = { parent, changes: [{ path: file, content }], message: "Bump\n", author, at: new Date(0) };
  const { sha } = await git.commit(at, commit, signal);
  const done = await git.push(at, { branch: `${branch}-${turn}`, sha, expect: undefined }, signal);
  if (done !== "done") throw new Error(`the push of ${branch}-${turn} came to ${done}`);
}

let people = 0;
/** A person pushes a commit to main, so that the mirror is one behind. */
async function moveBase(): Promise<void> {
  const name = "person";
  await withGit(name, path, async (git) => {
    const at = remote("monolith");
    const parent = (await git.sync(at, signal)).heads.get("main")!;
    const changes = [{ path: pathOf(files - 1 - people++), content: Buffer.from(`by hand ${people}\n`) }];
    const { sha } = await git.commit(at, { parent, changes, message: "By hand\n", author, at: new Date(0) }, signal);
    await git.push(at, { branch: "main", sha, expect: parent }, signal);
  });
}

const env = { HOME: folder, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
const withToken = url.replace("//", `//x-access-token:${token}@`);

/** What a script would do: clone, edit, commit, push. */
const plain = (name: string, options: readonly string[]) => async (at: string, turn: number) => {
  const clone = join(folder, `clone-${name}`);
  rmSync(clone, { recursive: true, force: true });
  const file = pathOf((turn * 31_337 + name.length) % files);
  const git = (...args: readonly string[]) => run("git", args, { env: { ...env, PATH: at }, maxBuffer: 1 << 26 });
  const isSparse = options.includes("--sparse");
  await git("clone", "--quiet", ...options, withToken, clone);
  if (isSparse) await git("-C", clone, "sparse-checkout", "set", dirname(file));
  const text = readFileSync(join(clone, file), "utf8");
  writeFileSync(join(clone, file), text.replace(/version = .*/, `version = ${name} ${turn}`));
  await git("-C", clone, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "-am", "Bump");
  await git("-C", clone, "push", "--quiet", "origin", `HEAD:refs/heads/${name}-${turn}`);
};

try {
  const rows: (readonly [string, Cost])[] = [];
  const sync = (name: string) => (at: string, turn: number) =>
    withGit(`${name}-${turn}`, at, (git) => git.sync(remote("monolith"), signal));
  rows.push(["ours: the mirror is made (first sync)", await cost(3, sync("cold"))]);

  await withGit("warm", path, async (git) => {
    await propose(git, 999, "warm-up");
    const traced = { turn: 0 };
    const timed = async (branch: string, before: () => Promise<void>): Promise<Cost> => {
      const costs: Cost[] = [];
      for (let turn = 0; turn < 9; turn++) {
        await before();
        costs.push(await measure(() => propose(git, turn, branch)));
      }
      return costs.toSorted((a, b) => a.ms - b.ms)[4]!;
    };
    const processes = async (branch: string, before: () => Promise<void>): Promise<number> => {
      await before();
      return withGit("warm", tracedPath, async (other) => {
        // Its first look is not the proposal's.
        await other.sync(remote("monolith"), signal);
        await other.read(
          remote("monolith"),
          (await other.sync(remote("monolith"), signal)).heads.get("main")!,
          pathOf(1),
          signal,
        );
        await measure(async () => undefined);
        await before();
        return (await measure(() => propose(other, 1_000 + traced.turn++, branch))).processes ?? 0;
      });
    };
    for (const [label, branch, before] of [
      ["ours: a proposal, nothing else moved", "quiet", async () => undefined],
      ["ours: a proposal, main has moved", "moved", moveBase],
    ] as const) {
      const timing = await timed(branch, before);
      rows.push([label, { ...timing, processes: await processes(branch, before) }]);
    }
  });

  rows.push(["git clone, edit, commit, push", await cost(1, plain("full", []))]);
  const small = ["--depth=1", "--filter=blob:none"];
  rows.push(["  --depth=1 --filter=blob:none", await cost(1, plain("shallow", small))]);
  rows.push(["  --depth=1 --filter=blob:none --sparse", await cost(3, plain("sparse", [...small, "--sparse"]))]);

  console.log(`${"".padEnd(42)}        ms   received bytes   sent bytes  processes`);
  for (const [label, { ms, bytes, processes }] of rows) {
    const cells = [ms.toFixed(0).padStart(8), `${bytes.sent}`.padStart(16), `${bytes.received}`.padStart(12)];
    console.log(`${label.padEnd(42)}  ${cells.join(" ")} ${`${processes}`.padStart(10)}`);
  }
} finally {
  forge.send("stop");
  await once(forge, "exit");
  rmSync(folder, { recursive: true, force: true });
}
