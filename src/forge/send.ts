import { type Dispatcher, fetch } from "undici";
import { ForgeError } from "../reconcilers/errors.ts";
import type { Answer } from "./answer.ts";
import { connectionFailure } from "./connection.ts";

/** A request, ready to be sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
}

const timeoutMs = 30_000;
/** A file that goes out slower than this is given up. */
const leastBytesPerMs = 50;

/** Sends a request once and reads its answer whole. Rejects with ForgeError `unavailable`, or with the signal's reason. */
export async function send(
  { method, url, headers, body, signal }: Outgoing,
  dispatcher: Dispatcher,
  doing: string,
): Promise<Answer> {
  const patienceMs = timeoutMs + (body instanceof Uint8Array ? Math.ceil(body.byteLength / leastBytesPerMs) : 0);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body }),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      dispatcher,
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new ForgeError("unavailable", `could not ${doing}: ${connectionFailure(error)}`);
  }
}
