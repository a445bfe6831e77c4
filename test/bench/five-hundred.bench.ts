/**
 * Many pull requests on one credential, by our governor and by `@octokit/plugin-throttling`, each before a strict forge of
 * its own that enforces every limit that GitHub documents and bans who insists. Both play on simulated time: the clock of
 * the forge, our clock, and the timers of the other's process are one, which jumps to the next timer whenever no request is
 * under way. So an answer takes no time, and a busy machine changes nothing. What comes within a second of a refusal was
 * under way already, and is no insistence.
 *
 * Read `minutes` (simulated, from the first creation to the last), `refused` (requests that the forge refused), `calls`
 * (content calls that were served, for each pull request), and `banned`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startForge } from "../../src/embedded/forge/server.ts";
import { Busy } from "../proofs/busy.ts";
import { FakeClock } from "../support/clock.ts";
import type { Contest, Job } from "./five-hundred/job.ts";
import { millrace } from "./five-hundred/millrace.ts";
import { octokit } from "./five-hundred/octokit.ts";

const run = promisify(execFile);
/** A number from the command line runs the job of that place alone. */
const only = process.argv[2];
const dayMs = 24 * 3_600_000;

/** Makes the branches in one push: each is a commit ahead of main. */
async function pushBranches(folder: string, url: string, count: number): Promise<void> {
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
  const clone = join(folder, "clone");
  const git = (...args: readonly string[]) => run("git", args, { env });
  await git("clone", "--quiet", url, clone);
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  await git("-C", clone, ...author, "commit", "--quiet", "--allow-empty", "--message", "Change");
  const specs = Array.from({ length: count }, (_, n) => `HEAD:refs/heads/change-${n}`);
  await git("-C", clone, "push", "--quiet", "origin", ...specs);
}

async function compete(
  name: string,
  contestant: (job: Job) => Promise<Contest>,
  { count, comments }: Pick<Job, "count" | "comments">,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-five-hundred-"));
  const clock = new FakeClock();
  const limits = { requestsPerHour: 12_500 };
  const forge = await startForge({ dataDir: join(folder, "forge"), clock, strict: {}, limits });
  const busy = new Busy();
  try {
    const token = forge.createToken("acme");
    await forge.createRepository({ owner: "acme", name: "sdk", files: { "a.txt": "a\n" } });
    await pushBranches(folder, `http://x-access-token:${token}@${new URL(forge.url).host}/acme/sdk.git`, count);
    forge.createToken("bot", { secret: "bot-token" });
    forge.addCollaborator("acme/sdk", "bot", "write");
    const place = { api: forge.api, token: "bot-token", owner: "acme", repository: "sdk" };
    const contest = await contestant({ ...place, clock, count, comments });
    let results: readonly PromiseSettledResult<unknown>[] | undefined;
    void contest.results.then((all) => {
      results = all;
    });
    await busy.until(clock, () => results !== undefined, dayMs);
    await contest.close();
    const done = results!.filter(({ status }) => status === "fulfilled").length;
    const { violations, content, bannedAt } = forge.strictReports().find(({ account }) => account === "user bot")!;
    const minutes = (content.at(-1)!.getTime() - content[0]!.getTime()) / 60_000;
    const calls = (content.length / count).toFixed(2);
    const figures = [
      `${done}/${count}`,
      comments,
      minutes.toFixed(1),
      violations.length,
      calls,
      bannedAt ? "yes" : "no",
    ];
    console.log([name.padEnd(18), ...figures.map((figure) => String(figure).padStart(9))].join(" "));
  } finally {
    busy.close();
    await forge.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`node ${process.version}`);
const heads = ["done", "comments", "minutes", "refused", "calls", "banned"].map((head) => head.padStart(9));
console.log(["contestant".padEnd(18), ...heads].join(" "));
const jobs = [
  { count: 500, comments: 0 },
  { count: 250, comments: 2 },
  { count: 600, comments: 0 },
];
for (const job of only === undefined ? jobs : jobs.slice(Number(only), Number(only) + 1)) {
  await compete("Millrace", millrace, job);
  await compete("plugin-throttling", octokit, job);
}
