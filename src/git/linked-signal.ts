/**
 * Runs work with a signal that is aborted with any of the given ones, and lets go of them afterwards. (With
 * `AbortSignal.any`, one that lives as long as the process remembers something of each call for ever.)
 */
export async function linked<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const listeners = signals.map((signal) => ({ signal, abort: () => controller.abort(signal.reason) }));
  for (const signal of signals) signal.throwIfAborted();
  for (const { signal, abort } of listeners) signal.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    for (const { signal, abort } of listeners) signal.removeEventListener("abort", abort);
  }
}
