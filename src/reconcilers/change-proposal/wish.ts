import { createHash } from "node:crypto";

/** Where a wish came from: the value of an annotation, or a comment by its id. */
export type Source = { readonly annotation: string } | { readonly comment: number };

/**
 * Wishes that were carried out, as status keeps them: one word for the annotation, one for the comment. Any new value, and any
 * later comment, is a new wish.
 */
export function isNew(carried: string | undefined, source: Source): boolean {
  const { annotation, comment } = parts(carried);
  return "annotation" in source
    ? annotation !== digestOf(source.annotation)
    : comment === undefined || Number(comment) < source.comment;
}

/** The same, with this wish carried out as well. */
export function carry(carried: string | undefined, source: Source): string {
  const { annotation, comment } = parts(carried);
  const now = "annotation" in source ? digestOf(source.annotation) : annotation;
  const last = "comment" in source ? String(source.comment) : comment;
  return [now && `annotation:${now}`, last && `comment:${last}`].filter(Boolean).join(" ");
}

function parts(carried = ""): { readonly annotation: string | undefined; readonly comment: string | undefined } {
  return {
    annotation: /\bannotation:([0-9a-f]+)/.exec(carried)?.[1],
    comment: /\bcomment:([0-9]+)/.exec(carried)?.[1],
  };
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
