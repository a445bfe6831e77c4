import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../src/reconcilers/ports.ts";

/** Real time, for tests of real parts. */
export const systemClock: Clock = { now: () => new Date(), sleep: (ms, signal) => wait(ms, undefined, { signal }) };
