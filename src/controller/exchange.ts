import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { joined } from "./bytes.ts";
import { ChunkQueue } from "./chunk-queue.ts";

/** An answer with all of its body. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer whose body is still arriving. Read it to its end, or leave the loop, which breaks the connection. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly chunks: AsyncIterable<Buffer>;
}

interface Receiver {
  head(status: number, headers: IncomingHttpHeaders, controller: Dispatcher.DispatchController): void;
  data(chunk: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

/**
 * Undici's lowest layer: a request costs half of what `fetch` does, as no stream is made for its body.
 * The receiver hears nothing more after `end` or `fail`, and each of them at most once.
 */
function dispatch(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
  receiver: Receiver,
): void {
  let controller: Dispatcher.DispatchController | undefined;
  let over = false;
  const finish = (tell: () => void): void => {
    if (over) return;
    over = true;
    signal?.removeEventListener("abort", abort);
    tell();
  };
  const abort = (): void => {
    const reason = signal?.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal?.reason });
    finish(() => receiver.fail(reason));
    controller?.abort(reason);
  };
  if (signal?.aborted) {
    abort();
    return;
  }
  signal?.addEventListener("abort", abort);
  dispatcher.dispatch(request, {
    onRequestStart: (started) => {
      controller = started;
      // Aborted while it waited for a connection.
      if (over) started.abort(new Error("aborted"));
    },
    onResponseStart: (started, status, headers) => {
      if (status >= 200 && !over) receiver.head(status, headers, started);
    },
    onResponseData: (_, chunk) => {
      if (!over) receiver.data(chunk);
    },
    onResponseEnd: () => finish(() => receiver.end()),
    onResponseError: (_, error) => finish(() => receiver.fail(error)),
  });
}

/** Sends a request and waits for the whole answer. Rejects when the connection fails or the signal aborts. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let answer: Omit<Answer, "body">;
    const chunks: Buffer[] = [];
    dispatch(dispatcher, request, signal, {
      head: (status, headers) => {
        answer = { status, headers };
      },
      data: (chunk) => void chunks.push(chunk),
      end: () => resolve({ ...answer, body: joined(chunks) }),
      fail: reject,
    });
  });
}

/** Sends a request and resolves as soon as its answer begins. */
export function open(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<OpenAnswer> {
  return new Promise((resolve, reject) => {
    const queue = new ChunkQueue();
    dispatch(dispatcher, request, signal, {
      head: (status, headers, controller) => {
        queue.from(controller);
        resolve({ status, headers, chunks: queue.read() });
      },
      data: (chunk) => queue.push(chunk),
      end: () => queue.end(),
      fail: (error) => {
        queue.end(error);
        reject(error);
      },
    });
  });
}
