/**
 * The contestant of everybody else: Octokit with `@octokit/plugin-throttling` as its page shows it, and told to try again
 * after every refusal. Its timers are the process's own, so here the process's time runs faster: `Date.now` and `setTimeout`
 * are scaled before it is loaded, and nothing in it is changed.
 */
import { Octokit } from "@octokit/rest";
import type { Job, Outcome } from "./job.ts";

const job = JSON.parse(process.argv[2]!) as Job;
const real = { now: Date.now, setTimeout: globalThis.setTimeout };
Date.now = () => job.simulatedStart + (real.now() - job.realStart) * job.speed;
globalThis.setTimeout = ((work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
  real.setTimeout(work, ms / job.speed, ...args)) as typeof setTimeout;

const { throttling } = await import("@octokit/plugin-throttling");
const Throttled = Octokit.plugin(throttling);
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const octokit = new Throttled({
  baseUrl: job.api,
  auth: job.token,
  log,
  throttle: { onRateLimit: () => true, onSecondaryRateLimit: () => true },
});
const at = { owner: job.owner, repo: job.repository };

async function propose(n: number): Promise<void> {
  const text = { title: `Change ${n}`, body: "A change." };
  await octokit.rest.pulls.create({ ...at, ...text, head: `change-${n}`, base: "main" });
}

const results = await Promise.allSettled(Array.from({ length: job.count }, (_, n) => propose(n)));
const failed = results.filter(({ status }) => status === "rejected").length;
const outcome: Outcome = { done: job.count - failed, failed };
console.log(JSON.stringify(outcome));
process.exit(0);
