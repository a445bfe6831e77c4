import { setMaxListeners } from "node:events";
import { createForges } from "../../../src/forge/forges.ts";
import { ForgeError } from "../../../src/reconcilers/errors.ts";
import { TestMemory } from "../../properties/governor-host.ts";
import { forgeObject } from "../../support/github.ts";
import { silent } from "../../support/memory-host.ts";
import type { Contest, Job } from "./job.ts";

/** Ours: the GitHub adapter behind the governor, asked as reconcilers ask, who come back when they are told to. */
export async function millrace({ clock, api, token, owner, repository, count, comments }: Job): Promise<Contest> {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const secrets = { read: async () => token };
  const forges = createForges({ secrets, clock, random: Math.random, log: silent, memory: new TestMemory() });
  const object = forgeObject({ url: api, credentials: { tokenSecretRef: { name: "bot" } } });
  const forge = await forges.of(object, signal);
  const at = { owner, name: repository };
  const persist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ForgeError) || error.code !== "limited") throw error;
        await clock.sleep(error.retryAfterMs ?? 1_000);
      }
    }
  };
  const propose = async (n: number): Promise<void> => {
    const text = { title: `Change ${n}`, body: "A change." };
    const pull = await persist(() => forge.pulls.open(at, { branch: `change-${n}`, base: "main" }, text, signal));
    for (let each = 0; each < comments; each++) {
      const comment = { body: "A word about it.", mark: `comment-${n}-${each}` };
      await persist(() => forge.pulls.comment(at, pull.number, comment, signal));
    }
  };
  const results = Promise.allSettled(Array.from({ length: count }, (_, n) => propose(n)));
  return { results, close: () => forges.close() };
}
