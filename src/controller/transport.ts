import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Dispatcher } from "undici";
import { type ClusterAccess, CredentialCache, type Credentials } from "./access.ts";
import type { Time } from "./alarm.ts";
import { KubeError } from "./errors.ts";
import { type Answer, exchange, type OpenAnswer, open } from "./exchange.ts";
import { Pools } from "./pools.ts";
import { refusalOf, unreachable } from "./refusal.ts";
import { retryAfter } from "./retry.ts";
import { systemTime } from "./system-time.ts";

/** A request, from the path on. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** With its question mark, or "". */
  readonly query?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  /** Ask for a compressed answer: saves nine tenths of a list's way, for some CPU. */
  readonly compressed?: boolean;
  /** Carrying it out twice is the same as once. */
  readonly repeatable?: boolean;
  /** False leaves trying again to the caller. */
  readonly retry?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** The way to one API server. Rejects with a KubeError, or with the reason of an aborted signal. */
export interface Transport {
  /** Sends a call and gives the whole answer, which is a success. */
  send(call: Call): Promise<Reply>;
  /** Sends a call and gives the body of its answer as it arrives. */
  stream(call: Call & { readonly signal: AbortSignal }): AsyncIterable<Buffer>;
  /** Breaks what is still open, and closes all connections. */
  close(): Promise<void>;
}

export interface TransportOptions {
  /** As `millrace/1.2.3`: audit logs and the server's flow control go by it. */
  readonly userAgent: string;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
  readonly time?: Time;
  /** Connections for calls; each watch has one of its own beside them. 32 by default. */
  readonly connections?: number;
  /** How long the server may be silent in a call, in milliseconds; 60 s by default. */
  readonly silenceMs?: number;
  /** Hears of every answer; `code` is 0 where none came. */
  readonly observe?: (call: Call, code: number, durationMs: number) => void;
}

const inflate = promisify(gunzip);

/** A transport with kept connections. Close it, or they keep the process alive. */
export function createTransport(access: ClusterAccess, options: TransportOptions): Transport {
  return new HttpTransport(access, options);
}

class HttpTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #time: Time;
  readonly #credentials: CredentialCache;
  readonly #pools: Pools;
  readonly #closed = new AbortController();

  constructor(access: ClusterAccess, options: TransportOptions) {
    this.#options = options;
    this.#time = options.time ?? systemTime;
    this.#credentials = new CredentialCache(access, () => this.#time.monotonic());
    this.#pools = new Pools(access, options);
  }

  async send(call: Call): Promise<Reply> {
    const { random } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#sendOnce(call);
      } catch (error) {
        const { repeatable = false, retry = true } = call;
        const again = retry && !this.#closed.signal.aborted;
        const wait = again ? retryAfter(error, { attempt, repeatable, random }) : undefined;
        if (wait === undefined) throw error;
        await this.#time.sleep(wait, call.signal ?? this.#closed.signal);
      }
    }
  }

  async *stream(call: Call & { readonly signal: AbortSignal }): AsyncGenerator<Buffer> {
    const { signal } = call;
    const { chunks } = await this.#attempt(call, (request, credentials) =>
      open(this.#pools.streams(credentials), request, signal),
    );
    try {
      yield* chunks;
    } catch (error) {
      throw signal.aborted ? error : unreachable(call, error);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("the transport was closed"));
    await this.#pools.close();
  }

  async #sendOnce(call: Call): Promise<Reply> {
    const { status, headers, body } = await this.#attempt(call, (request, credentials) =>
      exchange(this.#pools.calls(credentials), request, call.signal),
    );
    const plain = headers["content-encoding"] === "gzip" ? await inflate(body as unknown as Uint8Array) : body;
    return { status, body: plain.toString() };
  }

  /** One attempt, and another one with fresh credentials when these were refused. Gives no answer but a success. */
  async #attempt<A extends Answer | OpenAnswer>(call: Call, go: Go<A>): Promise<A> {
    if (this.#closed.signal.aborted) throw unreachable(call, this.#closed.signal.reason);
    const began = performance.now();
    try {
      const credentials = await this.#credentials.current();
      let answer = await go(this.#pools.request(call, credentials), credentials);
      if (answer.status === 401) {
        const fresh = await this.#credentials.instead(credentials);
        if (fresh) answer = await go(this.#pools.request(call, fresh), fresh);
      }
      this.#options.observe?.(call, answer.status, performance.now() - began);
      if (answer.status < 400) return answer;
      throw await refusalOf(call, answer);
    } catch (error) {
      if (error instanceof KubeError || call.signal?.aborted) throw error;
      this.#options.observe?.(call, 0, performance.now() - began);
      throw unreachable(call, error);
    }
  }
}

type Go<A> = (request: Dispatcher.DispatchOptions, credentials: Credentials) => Promise<A>;
