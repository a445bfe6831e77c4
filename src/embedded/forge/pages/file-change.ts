import type { FileDiff } from "../git/patch.ts";
import type { FileChange } from "./source.ts";

/** A file of a diff as the pages have it. */
export function fileChange({ path, previousPath, status, additions, deletions, patch }: FileDiff): FileChange {
  return { path, previousPath: previousPath ?? undefined, status, additions, deletions, patch: patch ?? undefined };
}
