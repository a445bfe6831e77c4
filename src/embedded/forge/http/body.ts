import type { IncomingMessage } from "node:http";
import { Fields } from "./field.ts";
import { Problem } from "./problem.ts";

const limitBytes = 100 * 1024 * 1024;

/** The bytes of a body of at most 100 MiB; 413 for more. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new Problem(413, `The body is larger than ${limitBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON object in a body, {} for an empty one; 400 for anything else. */
export function parseFields(resource: string, bytes: Buffer): Fields {
  if (bytes.length === 0) return new Fields(resource, {});
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Problem(400, "Problems parsing JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem(400, "Body should be a JSON object");
  }
  return new Fields(resource, value as Record<string, unknown>);
}
