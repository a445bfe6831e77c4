import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../../reconcilers/ports.ts";

/** A request that ended without success. `again` says whether another one may succeed. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;
  readonly again: boolean;

  constructor(message: string, { status = 0, again = true, ...options }: ErrorOptions & RequestOutcome = {}) {
    super(message, options);
    this.status = status;
    this.again = again;
  }
}

interface RequestOutcome {
  readonly status?: number;
  readonly again?: boolean;
}

/** A socket on which nothing happens for so long is given up. */
const silenceMs = 30_000;

/** What to send, besides the ticket. `body` is begun only when the other side wants it. */
export interface Asked {
  readonly url: string;
  readonly ticket: string;
  readonly signal: AbortSignal;
  readonly body?: {
    readonly bytes: number;
    readonly sha256: string;
    readonly parts: () => AsyncIterable<Uint8Array>;
  };
}

/** One request on a connection of its own, so that the next may reach another replica. Rejects unless it succeeded. */
export async function ask(asked: Asked): Promise<IncomingMessage> {
  const answer = await exchange(asked);
  const { statusCode: status = 0 } = answer;
  if (status >= 200 && status < 300) return answer;
  answer.resume();
  // Another replica has to answer, or this one does not know the run yet; everything else stays as it is.
  const again = status === 401 || status === 429 || status >= 500;
  throw new RequestError(`the gateway answered ${status}`, { status, again });
}

function exchange({ url, ticket, signal, body }: Asked): Promise<IncomingMessage> {
  const headers: Record<string, string> = { authorization: `Bearer ${ticket}` };
  if (body) {
    headers["content-type"] = "application/octet-stream";
    headers["content-length"] = String(body.bytes);
    headers["content-digest"] = `sha-256=:${Buffer.from(body.sha256, "hex").toString("base64")}:`;
    headers["expect"] = "100-continue";
  }
  const send = url.startsWith("https:") ? tlsRequest : plainRequest;
  const method = body ? "POST" : "GET";
  const request: ClientRequest = send(url, { method, headers, agent: false, signal, timeout: silenceMs });
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(new RequestError(`the gateway is out of reach: ${cause.message}`, { cause }));
    request.once("response", resolve);
    request.once("error", failed);
    request.once("timeout", () => request.destroy(new Error(`nothing was heard for ${silenceMs / 1_000} s`)));
    if (!body) request.end();
    else request.once("continue", () => pipeline(body.parts(), request).catch(failed));
    request.flushHeaders();
  });
}

const firstWaitMs = 250;
const longestWaitMs = 3_000;

/** Does something until it succeeds, fails for good, or `patienceMs` have passed. */
export async function persist<T>(
  act: () => Promise<T>,
  { clock, patienceMs, signal }: { readonly clock: Clock; readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<T> {
  const until = clock.now().getTime() + patienceMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, longestWaitMs)) {
    try {
      return await act();
    } catch (error) {
      const again = error instanceof RequestError && error.again && clock.now().getTime() + waitMs < until;
      if (!again || signal.aborted) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}
