/**
 * Many pull requests on one credential, by our governor and by `@octokit/plugin-throttling`, before the same strict forge
 * that enforces every limit that GitHub documents and bans who insists. Each contestant is a process of its own and has a
 * forge of its own; both play at the same time and under one scaling: a simulated minute takes two real seconds, for the forge's clock,
 * for our clock, and for the timers of the other's process. What comes within half a simulated minute of a refusal is no
 * insistence, so that the scaling bans nobody. It makes every answer thirty times slower, though, and our governor takes
 * the time of answers for that of the host's processors: on a busy machine it shows us slower than we are.
 *
 * Read `minutes` (simulated, until the last was done), `refused` (requests that the forge refused), `calls` (content calls
 * that were served, for each proposal), and `banned`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startForge } from "../../src/embedded/forge/server.ts";
import type { Job, Outcome } from "./five-hundred/job.ts";

const speed = 30;
const run = promisify(execFile);
const contestants = { Millrace: "millrace.ts", "plugin-throttling": "octokit.ts" } as const;

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

async function compete(name: keyof typeof contestants, count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-five-hundred-"));
  const [simulatedStart, realStart] = [Date.parse("2026-01-01T00:00:00Z"), Date.now()];
  const clock = { now: () => new Date(simulatedStart + (Date.now() - realStart) * speed) };
  const forge = await startForge({
    dataDir: join(folder, "forge"),
    clock,
    strict: { graceMs: 30_000 },
    limits: { requestsPerHour: 12_500 },
  });
  try {
    const token = forge.createToken("acme");
    await forge.createRepository({ owner: "acme", name: "sdk", files: { "a.txt": "a\n" } });
    await pushBranches(folder, `http://x-access-token:${token}@${new URL(forge.url).host}/acme/sdk.git`, count);
    forge.createToken("bot", { secret: "bot-token" });
    forge.addCollaborator("acme/sdk", "bot", "write");
    const began = clock.now().getTime();
    const place = { api: forge.api, token: "bot-token", owner: "acme", repository: "sdk" };
    const job: Job = { ...place, count, speed, simulatedStart, realStart };
    const program = join(import.meta.dirname, "five-hundred", contestants[name]);
    const { stdout } = await run(process.execPath, ["--import", "tsx", program, JSON.stringify(job)]);
    const { done } = JSON.parse(stdout) as Outcome;
    const { violations, content, bannedAt } = forge.strictReports().find(({ account }) => account === "user bot")!;
    const minutes = ((content.at(-1)?.getTime() ?? began) - (content[0]?.getTime() ?? began)) / 60_000;
    const figures = [`${done}/${count}`, minutes.toFixed(1), violations.length, (content.length / count).toFixed(2)];
    const columns = [...figures, bannedAt ? "yes" : "no"].map((figure) => String(figure).padStart(9));
    console.log([name.padEnd(18), ...columns].join(" "));
  } finally {
    await forge.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`node ${process.version}; a simulated minute takes ${60_000 / speed} ms`);
const heads = ["done", "minutes", "refused", "calls", "banned"].map((head) => head.padStart(9));
console.log(["contestant".padEnd(18), ...heads].join(" "));
for (const count of [500, 600]) await Promise.all([compete("Millrace", count), compete("plugin-throttling", count)]);
