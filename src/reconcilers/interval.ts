import { durationMs } from "../schema/object.ts";

/** Whoever writes `0s` gets this: often, and not all the time. */
const leastMs = 1_000;

/** Milliseconds between two looks that a spec asks for. */
export const intervalMs = (interval: string): number => Math.max(leastMs, durationMs(interval));
