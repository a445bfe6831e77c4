import type { Readable } from "node:stream";

/** What a handler gives back; the server adds the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text is made of it; absent for no body. */
  readonly json?: unknown;
  /** Bytes or a stream in place of JSON; `headers` then names the content-type. */
  readonly raw?: Buffer | string | Readable;
}

/** 200 with a JSON body. */
export const ok = (json: unknown): Answer => ({ status: 200, json });

/** 201 with a JSON body, and Location where the thing has an address. */
export const created = (json: unknown, location?: string): Answer => ({
  status: 201,
  json,
  ...(location ? { headers: { location } } : {}),
});

/** 204 */
export const noContent: Answer = { status: 204 };
