import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Answer } from "./answer.ts";

/** Weak validator of a body; two equal bodies have one, whoever asks. */
export const etagOf = (bytes: Buffer | string): string => `W/"${createHash("sha256").update(bytes).digest("hex")}"`;

const opaque = (tag: string): string => tag.trim().replace(/^W\//, "");

/** Whether If-None-Match names `etag`; weak comparison, as RFC 9110 13.1.2 asks. */
export function matches(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined && (header.trim() === "*" || header.split(",").some((tag) => opaque(tag) === opaque(etag)))
  );
}

/** What was sent: a conditional request that found nothing new is free. */
export type Sent = "full" | "notModified";

/** Sends an answer. JSON of a GET gets an ETag, and 304 where the caller has it already. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> {
  const all: Record<string, string> = { ...headers, ...answer.headers };
  const reads = request.method === "GET" || request.method === "HEAD";
  if (answer.raw instanceof Readable) {
    response.writeHead(answer.status, all);
    if (request.method === "HEAD") {
      answer.raw.destroy();
      response.end();
    } else {
      await pipeline(answer.raw, response);
    }
    return "full";
  }
  const body = answer.raw ?? (answer.json === undefined ? "" : JSON.stringify(answer.json));
  if (answer.raw === undefined && answer.json !== undefined) all["content-type"] ??= "application/json; charset=utf-8";
  if (reads && answer.status === 200) {
    all["etag"] ??= etagOf(body);
    all["cache-control"] ??= "private, max-age=60, s-maxage=60";
    if (matches(request.headers["if-none-match"], all["etag"])) {
      delete all["content-type"];
      response.writeHead(304, all).end();
      return "notModified";
    }
  }
  if (answer.status !== 204) all["content-length"] = String(Buffer.byteLength(body));
  response.writeHead(answer.status, all);
  response.end(request.method === "HEAD" ? undefined : body);
  return "full";
}
