const minuteMs = 60_000;
const longestMs = 6 * 60 * minuteMs;

/** How long to wait before a change is given to the forge again that it took out of its queue so often: 5, 10, 20 … minutes. */
export const queueWaitMs = (left: number): number => Math.min(longestMs, 5 * minuteMs * 2 ** Math.min(left - 1, 10));
