import { joined } from "./bytes.ts";
import { KubeError, type Status } from "./errors.ts";
import type { Answer, OpenAnswer } from "./exchange.ts";

interface Asked {
  readonly method: string;
  readonly path: string;
}

/** Longer texts come from something that is not an API server; their beginning says what it is. */
const maxMessage = 500;

/** What a refusal says. The body is a Status, unless it comes from a proxy or a load balancer. */
export async function refusalOf({ method, path }: Asked, answer: Answer | OpenAnswer): Promise<KubeError> {
  const chunks: Buffer[] = [];
  if ("body" in answer) chunks.push(answer.body);
  else for await (const chunk of answer.chunks) chunks.push(chunk);
  const seconds = Number(answer.headers["retry-after"]);
  return new KubeError({
    request: `${method} ${path}`,
    code: answer.status,
    status: statusOf(joined(chunks).toString()),
    retryAfterMs: seconds > 0 ? seconds * 1_000 : undefined,
  });
}

function statusOf(text: string): Status {
  try {
    const status: unknown = JSON.parse(text);
    if (status !== null && typeof status === "object" && "message" in status) return status as Status;
  } catch {
    // Not JSON: the text itself is the message.
  }
  return { message: text.slice(0, maxMessage).trim() };
}

/** Codes of Node and undici that mean that the time was up. */
const timeouts: ReadonlySet<unknown> = new Set([
  "ETIMEDOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
]);

/** A failure below HTTP, in our words. */
export function unreachable({ method, path }: Asked, cause: unknown): KubeError {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const reason = timeouts.has(code) ? "Timeout" : "Unreachable";
  const text = String(message || code || cause);
  return new KubeError({ request: `${method} ${path}`, code: 0, status: { reason, message: text } }, { cause });
}

/** An answer that makes no sense: half a line, no JSON, something that is not a list. */
export const malformed = ({ method, path }: Asked, what: string, cause?: unknown): KubeError =>
  new KubeError({ request: `${method} ${path}`, code: 0, status: { reason: "Malformed", message: what } }, { cause });
