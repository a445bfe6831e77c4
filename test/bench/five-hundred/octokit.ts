import { Octokit } from "@octokit/rest";
import type { FakeClock } from "../../support/clock.ts";
import type { Contest, Job } from "./job.ts";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Everybody else's: Octokit with `@octokit/plugin-throttling` as its page shows it, told to try again after every
 * refusal. It waits by the process's own timers, so those run on the simulated clock meanwhile; nothing in it is changed.
 */
export async function octokit({ clock, api, token, owner, repository, count, comments }: Job): Promise<Contest> {
  const restore = simulateTimers(clock);
  const { throttling } = await import("@octokit/plugin-throttling");
  const Throttled = Octokit.plugin(throttling);
  const throttle = { id: api, onRateLimit: () => true, onSecondaryRateLimit: () => true };
  const { rest } = new Throttled({ baseUrl: api, auth: token, log, throttle });
  const at = { owner, repo: repository };
  const propose = async (n: number): Promise<void> => {
    const text = { title: `Change ${n}`, body: "A change." };
    const { data } = await rest.pulls.create({ ...at, ...text, head: `change-${n}`, base: "main" });
    for (let each = 0; each < comments; each++)
      await rest.issues.createComment({ ...at, issue_number: data.number, body: "A word about it." });
  };
  const results = Promise.allSettled(Array.from({ length: count }, (_, n) => propose(n)));
  return { results, close: async () => restore() };
}

/** Lets `Date.now` and `setTimeout` of this process follow a simulated clock, until they are given back. */
function simulateTimers(clock: FakeClock): () => void {
  const real = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const stops = new WeakMap<object, AbortController>();
  Date.now = () => clock.now().getTime();
  const later = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): object => {
    const [stop, handle] = [new AbortController(), { ref: () => handle, unref: () => handle, refresh: () => handle }];
    stops.set(handle, stop);
    clock.sleep(ms, stop.signal).then(
      () => work(...args),
      () => undefined, // It was cleared.
    );
    return handle;
  };
  globalThis.setTimeout = later as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((handle: unknown) => {
    const stop = typeof handle === "object" && handle !== null ? stops.get(handle) : undefined;
    if (stop) stop.abort();
    else real.clearTimeout(handle as NodeJS.Timeout);
  }) as typeof clearTimeout;
  return () => {
    Date.now = real.now;
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
  };
}
