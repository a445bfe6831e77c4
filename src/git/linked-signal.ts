import { setMaxListeners } from "node:events";

/**
 * Runs work with a signal that is aborted with any of the given ones, and lets go of them afterwards. (With
 * `AbortSignal.any`, one that lives as long as the process remembers something of each call for ever.)
 */
export async function linked<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, unlink } = link(signals);
  try {
    return await work(signal);
  } finally {
    unlink();
  }
}

/** The same for what comes piece by piece. */
export async function* linkedEach<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const { signal, unlink } = link(signals);
  try {
    yield* work(signal);
  } finally {
    unlink();
  }
}

function link(signals: readonly AbortSignal[]): { readonly signal: AbortSignal; readonly unlink: () => void } {
  const controller = new AbortController();
  const listeners = signals.map((signal) => ({ signal, abort: () => controller.abort(signal.reason) }));
  for (const signal of signals) signal.throwIfAborted();
  // As many listen as reads are under way, and each lets go: Node would take more than ten for a leak.
  setMaxListeners(0, ...signals, controller.signal);
  for (const { signal, abort } of listeners) signal.addEventListener("abort", abort, { once: true });
  const unlink = (): void => {
    for (const { signal, abort } of listeners) signal.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, unlink };
}
