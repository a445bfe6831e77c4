import type { IncomingMessage, ServerResponse } from "node:http";
import { tooLarge } from "./status.ts";

const bodyLimit = 3 * 1024 * 1024;

/** A whole answer. */
export interface Reply {
  readonly code: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
}

/** The JSON of a value as a reply. */
export const jsonReply = (code: number, value: unknown): Reply => ({
  code,
  contentType: "application/json",
  body: `${JSON.stringify(value)}\n`,
});

/** Reads a request's body. Rejects with 413 beyond 3 MiB, and when the client goes away. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  // Listeners cost a third of what the asynchronous iterator costs, for every request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimit) chunks.push(chunk);
    });
    request.on("end", () => {
      if (size > bodyLimit) reject(tooLarge(bodyLimit));
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.on("error", reject);
  });
}

/** Sends a reply, unless the client is gone. */
export function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed || response.headersSent) return;
  const { code, contentType, body, headers, warnings = [] } = reply;
  if (warnings.length > 0) response.setHeader("Warning", warnings.map(warningHeader));
  response.writeHead(code, {
    "Cache-Control": "no-cache, private",
    "Content-Type": contentType,
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** A text as RFC 7234 wants it in a `Warning` header: quoted, and without what a header cannot hold. */
export function warningHeader(text: string): string {
  const safe = text.replace(/[^\x20-\x7e]/g, " ").replace(/["\\]/g, "\\$&");
  return `299 - "${safe}"`;
}
