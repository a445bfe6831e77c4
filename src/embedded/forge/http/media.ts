import type { Call } from "./call.ts";

export type MediaVariant = "diff" | "patch" | "raw" | "object" | "sha" | "html";

const pattern = /^application\/vnd\.github(?:\.v3)?\.(?<variant>diff|patch|raw|object|sha|html)(?:\+json)?$/;

/** The form that Accept asks for beside plain JSON; undefined for JSON. */
export function variantOf(call: Call): MediaVariant | undefined {
  for (const type of call.accepts) {
    const variant = pattern.exec(type)?.groups?.["variant"];
    if (variant) return variant as MediaVariant;
  }
  return undefined;
}

/** The content-type of an answer in that form. */
export const variantType = (variant: MediaVariant): string => `application/vnd.github.v3.${variant}; charset=utf-8`;
