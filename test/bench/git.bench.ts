import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { folderOf } from "../../src/git/mirror.ts";
import { git as runGit } from "../support/git-server.ts";
import { changeOf, inGitWorld, signal, token } from "../support/git-world.ts";

/**
 * What the Git port costs, beside what one would write at first. Run with `node --import tsx test/bench/git.bench.ts`.
 * Ratios count: both sides run in turns against the same server, on the same machine.
 */
const run = promisify(execFile);
const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Median milliseconds of each side, in turns. */
async function compare(rounds: number, ...sides: readonly ((round: number) => Promise<unknown>)[]): Promise<number[]> {
  const times = sides.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, side] of sides.entries()) {
      const before = performance.now();
      await side(round);
      times[index]!.push(performance.now() - before);
    }
  return times.map(median);
}

function report(what: string, ours: number, theirs: number, than: string): void {
  const ratio = (theirs / ours).toFixed(1);
  console.log(`${what}: ${ours.toFixed(1)} ms, ${ratio} times as fast as ${than} (${theirs.toFixed(1)} ms)`);
}

const unchanged = inGitWorld(async ({ server, git, remote, requests }) => {
  server.create("acme/sdk");
  server.commit("acme/sdk", "main", { "a.txt": "one\n" });
  const at = remote("acme/sdk");
  await git.sync(at, signal);
  // With the credential at the first request, so that none is spent on being refused.
  const header = `http.extraHeader=Authorization: Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
  const lsRemote = () => run("git", ["-c", header, "ls-remote", at.url], { env });
  const [ours, theirs] = await compare(40, () => git.sync(at, signal), lsRemote);
  report("looking at an unchanged repository", ours!, theirs!, "git ls-remote");
  const asked = [await requests(() => git.sync(at, signal)), await requests(lsRemote)];
  console.log(`  requests: ${asked[0]}, and ${asked[1]}`);
});

const large = inGitWorld(async ({ server, git, remote, directory }) => {
  server.create("acme/big");
  const files: Record<string, string> = {};
  for (let n = 0; n < 100_000; n++) files[`dir-${n % 500}/sub-${n % 7}/${n}.txt`] = "";
  const tip = server.commit("acme/big", "main", files);
  const at = remote("acme/big");
  await git.sync(at, signal);
  const mirror = join(directory, "mirrors", folderOf(at.id));
  const blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
  const withIndex = async (round: number): Promise<void> => {
    const index = join(directory, `index-${round}`);
    const git = (...args: readonly string[]) =>
      run("git", ["-C", mirror, ...args], { env: { ...env, GIT_INDEX_FILE: index } });
    await git("read-tree", tip);
    await git("update-index", "--add", "--cacheinfo", `100644,${blob},dir-3/new-${round}.txt`);
    const { stdout } = await git("write-tree", "--missing-ok");
    const who = ["-c", "user.name=x", "-c", "user.email=y"];
    await git(...who, "commit-tree", "-p", tip, "-m", "x", stdout.trim());
    rmSync(index);
  };
  const commit = (round: number) => git.commit(at, changeOf(tip, `dir-3/new-${round}.txt`, `${round}\n`), signal);
  const [ours, theirs] = await compare(15, commit, withIndex);
  report("a commit in a repository of 100,000 files", ours!, theirs!, "read-tree and a temporary index");
  const path = "dir-3/sub-3/3.txt";
  await git.read(at, tip, path, signal);
  const spawned = () => run("git", ["-C", mirror, "cat-file", "blob", `${tip}:${path}`], { env });
  const [read, spawn] = await compare(60, () => git.read(at, tip, path, signal), spawned);
  report("reading a file that is here", read!, spawn!, "a git process for each");
});

/** A history of five thousand commits, each on one of a hundred files, with a body as squash merges have it. */
function longHistory(): string {
  return Array.from({ length: 5_000 }, (_, n) => {
    const message = `fix: change ${n}\n\n${"It was wrong, and now it is right.\n".repeat(5)}`;
    const who = `committer Pat <pat@example.com> ${1_700_000_000 + n} +0000`;
    const file = `M 100644 inline dir-${n % 10}/${n % 100}.txt\ndata ${`${n}`.length}\n${n}\n`;
    return `commit refs/heads/main\n${who}\ndata ${message.length}\n${message}\n${file}\n`;
  }).join("");
}

const history = inGitWorld(async ({ server, git, remote, directory }) => {
  const repository = server.create("acme/old");
  runGit(repository, ["fast-import", "--quiet"], longHistory());
  const head = runGit(repository, ["rev-parse", "main"]);
  const from = runGit(repository, ["rev-parse", "main~50"]);
  const at = remote("acme/old");
  await git.sync(at, signal);
  const mirror = join(directory, "mirrors", folderOf(at.id));
  const plain = (...range: readonly string[]) =>
    run("git", ["-C", mirror, "log", "-z", "--name-only", "--format=%H %P %B", ...range], { env, maxBuffer: 1 << 28 });
  const all = () => git.log(at, { from: undefined, to: head, most: 10_000 }, signal);
  const [ours, theirs] = await compare(7, all, () => plain(head));
  report("a history of 5,000 commits", ours!, theirs!, "git log");
  const few = () => git.log(at, { from, to: head, most: 10_000 }, signal);
  const [some, plainly] = await compare(25, few, () => plain(head, `^${from}`));
  report("the last 50 commits of them", some!, plainly!, "git log");
});

await unchanged();
await large();
await history();
