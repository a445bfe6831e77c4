import { type Files, modeOf } from "./git-objects.ts";

type Content = Uint8Array | undefined;

/** Merges file by file: both sides may change different files, or one in the same way. */
export function mergeFiles(
  before: Files,
  ours: Files,
  theirs: Files,
): { readonly files: Files; readonly conflicts: readonly { readonly path: string; readonly why: string }[] } {
  const files = new Map(ours);
  const conflicts: { path: string; why: string }[] = [];
  for (const path of [...new Set([...before.keys(), ...theirs.keys()])].sort()) {
    const [old, mine, other] = [before.get(path), ours.get(path), theirs.get(path)];
    if (isSame(old, other) || isSame(mine, other)) continue;
    if (!isSame(old, mine)) conflicts.push({ path, why: whyNot(mine, other) });
    else if (other) files.set(path, other);
    else files.delete(path);
  }
  return { files, conflicts };
}

function whyNot(mine: Content, other: Content): string {
  if (!mine || !other) return "modify/delete: one side changed it, and the other removed it";
  return "content: both sides changed the same lines";
}

const isSame = (a: Content, b: Content): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0 && modeOf(a) === modeOf(b));
