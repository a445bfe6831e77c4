/** An AbortController that follows a signal, until it is released. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  /** Lets go of the followed signal, which may live as long as the process. */
  release(): void;
}

/** As AbortSignal.any, whose results stay alive for as long as what they follow. */
export function linkedAbort(followed: AbortSignal | undefined): LinkedAbort {
  const own = new AbortController();
  const follow = (): void => own.abort(followed?.reason);
  if (followed?.aborted) follow();
  followed?.addEventListener("abort", follow);
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    release: () => followed?.removeEventListener("abort", follow),
  };
}
