import { isRecord } from "../object.ts";
import type { Behaviour } from "../resource/resource.ts";

/** Secrets have a type, and take plain text that they store as base64. */
export const secretBehaviour: Behaviour = {
  prepare(secret) {
    secret["type"] ??= "Opaque";
    const plain = secret["stringData"];
    if (!isRecord(plain)) return;
    const encoded = Object.entries(plain).map(([key, value]) => [key, Buffer.from(String(value)).toString("base64")]);
    const data = isRecord(secret["data"]) ? secret["data"] : {};
    secret["data"] = { ...data, ...Object.fromEntries(encoded) };
    delete secret["stringData"];
  },
};
