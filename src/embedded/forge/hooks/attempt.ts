import { Agent, errors, request } from "undici";
import type { DeliveryResult, HookConfig, HookRequest } from "./hook.ts";

/** GitHub waits this long for the whole answer. */
export const answerWithinMs = 10_000;
/** How much of an answer the log keeps. */
const keptBytes = 64 * 1024;

/** Connections to receivers: one agent that checks certificates, one for hooks that ask not to. */
export interface Connections {
  readonly strict: Agent;
  readonly insecure: Agent;
}

/** Opens nothing yet; {@link closeConnections} drops what was opened. */
export function openConnections(): Connections {
  return { strict: new Agent(), insecure: new Agent({ connect: { rejectUnauthorized: false } }) };
}

/** Drops every connection, also those with a delivery on its way. */
export async function closeConnections({ strict, insecure }: Connections): Promise<void> {
  await Promise.all([strict.destroy(), insecure.destroy()]);
}

/**
 * Sends one delivery, once. Redirects are not followed and nothing is tried again, as on GitHub.
 * Never throws: whatever goes wrong at the receiver is the result.
 */
export async function attempt(
  sent: HookRequest,
  config: HookConfig,
  connections: Connections,
  withinMs: number = answerWithinMs,
): Promise<DeliveryResult> {
  const start = performance.now();
  const seconds = (): number => Math.round(performance.now() - start) / 1000;
  try {
    const answer = await request(config.url, {
      method: "POST",
      headers: { ...sent.headers },
      body: sent.body,
      dispatcher: config.insecureTls ? connections.insecure : connections.strict,
      signal: AbortSignal.timeout(withinMs),
    });
    const body = await beginning(answer.body);
    const { statusCode } = answer;
    const status = statusCode >= 200 && statusCode < 300 ? "OK" : `Invalid HTTP Response: ${statusCode}`;
    return { status, statusCode, durationSeconds: seconds(), headers: plain(answer.headers), body };
  } catch (error) {
    return { status: wordsFor(error), statusCode: 0, durationSeconds: seconds(), headers: {}, body: "" };
  }
}

async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    // Leaving the loop drops the connection: a receiver cannot make the log grow without end.
    if (size >= keptBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, keptBytes).toString("utf8");
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(", ")] as const);
  return Object.fromEntries(entries);
}

function wordsFor(error: unknown): string {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  if (name === "TimeoutError" || error instanceof errors.ConnectTimeoutError) return "timed out";
  if (error instanceof errors.ClientDestroyedError) return "the forge was stopped before the answer came";
  return `failed to connect to host${code ? ` (${code})` : ""}`;
}
