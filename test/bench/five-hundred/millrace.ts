/** The contestant that is ours: the GitHub adapter behind the governor, asked as reconcilers ask, who come back when told. */
import { setTimeout as sleep } from "node:timers/promises";
import { createForges } from "../../../src/forge/forges.ts";
import { ForgeError } from "../../../src/reconcilers/errors.ts";
import type { Clock } from "../../../src/reconcilers/ports.ts";
import { TestMemory } from "../../properties/governor-host.ts";
import { forgeObject } from "../../support/github.ts";
import { silent } from "../../support/memory-host.ts";
import type { Job, Outcome } from "./job.ts";

const job = JSON.parse(process.argv[2]!) as Job;
const { signal } = new AbortController();
const clock: Clock = {
  now: () => new Date(job.simulatedStart + (Date.now() - job.realStart) * job.speed),
  sleep: async (ms, stop) => {
    await sleep(ms / job.speed, undefined, stop && { signal: stop });
  },
};
const forges = createForges({
  secrets: { read: async () => job.token },
  clock,
  random: Math.random,
  log: silent,
  memory: new TestMemory(),
});
const forge = await forges.of(forgeObject({ url: job.api, credentials: { tokenSecretRef: { name: "bot" } } }), signal);
const at = { owner: job.owner, name: job.repository };

/** Does it, and comes back as often as it is told to. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ForgeError) || error.code !== "limited") throw error;
      await clock.sleep(error.retryAfterMs ?? 1_000);
    }
  }
}

async function propose(n: number): Promise<void> {
  const text = { title: `Change ${n}`, body: "A change." };
  await persist(() => forge.pulls.open(at, { branch: `change-${n}`, base: "main" }, text, signal));
}

const results = await Promise.allSettled(Array.from({ length: job.count }, (_, n) => propose(n)));
await forges.close();
const failed = results.filter(({ status }) => status === "rejected").length;
const outcome: Outcome = { done: job.count - failed, failed };
console.log(JSON.stringify(outcome));
