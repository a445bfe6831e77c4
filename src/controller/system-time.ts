import { setTimeout as wait } from "node:timers/promises";
import type { Time } from "./alarm.ts";

/** The machine's own time. A pending sleep keeps the process alive. */
export const systemTime: Time = {
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    wait(ms, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    }),
};
