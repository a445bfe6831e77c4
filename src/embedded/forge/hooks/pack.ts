import { gunzipSync, gzipSync } from "node:zlib";
import type { Delivery, HookRequest } from "./hook.ts";

/** A request as the log keeps it. */
export const packRequest = ({ headers, body }: HookRequest): Delivery["request"] => ({
  headers,
  packed: gzipSync(body, { level: 1 }).toString("base64"),
});

/** The request that a delivery sends, byte for byte. */
export const requestOf = ({ request: { headers, packed } }: Delivery): HookRequest => ({
  headers,
  body: gunzipSync(Buffer.from(packed, "base64")).toString("utf8"),
});

/** The payload that a delivery carries. */
export function payloadOf(delivery: Delivery): Readonly<Record<string, unknown>> {
  const { headers, body } = requestOf(delivery);
  const isJson = headers["Content-Type"] === "application/json";
  const json = isJson ? body : (new URLSearchParams(body).get("payload") ?? "{}");
  return JSON.parse(json) as Readonly<Record<string, unknown>>;
}
