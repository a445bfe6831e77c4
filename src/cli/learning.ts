import type { Scrubber } from "../controller/scrub.ts";
import type { Secrets } from "../reconcilers/ports.ts";

/** Secrets whose values the scrubber takes out of everything that people get to see. */
export const learning = (secrets: Secrets, scrubber: Scrubber): Secrets => ({
  async read(namespace, ref, signal) {
    const value = await secrets.read(namespace, ref, signal);
    if (value) scrubber.learn(value);
    return value;
  },
});
