import type { Edit } from "../../schema/edit.ts";
import type { FileChange } from "../git-port.ts";
import type { Refusal } from "../yaml/locate.ts";
import type { Scalars } from "../yaml/scalars.ts";

/** Files by path; undefined where there is none. */
export type Files = ReadonlyMap<string, Uint8Array | undefined>;

/** What edits come to on some files. No changes: they say so already. */
export type Change =
  | { readonly is: "changes"; readonly files: readonly FileChange[] }
  | { readonly is: "refused"; readonly reason: EditReason; readonly message: string };

export type EditReason = Refusal["reason"] | "FileMissing" | "FileUnreadable";

/** Every path that edits touch, once. */
export const pathsOf = (edits: readonly Edit[]): readonly string[] => [...new Set(edits.map(({ path }) => path))];

/**
 * Applies edits in their order to files, which must hold every path that the edits touch. Gives only what
 * differs in the end. Values that follow each other in one file are set together.
 */
export function applyEdits(edits: readonly Edit[], files: Files, scalars: Scalars): Change {
  const now = new Map(files);
  for (const run of runsOf(edits)) {
    const result = applyRun(run, now.get(run[0]!.path), scalars);
    if (result.is === "refused") {
      return { ...result, message: `${run[0]!.path}: ${result.message}` };
    }
    now.set(run[0]!.path, result.content);
  }
  const changed = [...now].filter(([path, content]) => !sameBytes(content, files.get(path)));
  return { is: "changes", files: changed.map(([path, content]) => ({ path, content })) };
}

/** Neighbouring settings of one file together; everything else by itself. */
function runsOf(edits: readonly Edit[]): readonly (readonly Edit[])[] {
  const runs: Edit[][] = [];
  for (const edit of edits) {
    const last = runs.at(-1);
    if (last && edit.set && last[0]!.set && last[0]!.path === edit.path) last.push(edit);
    else runs.push([edit]);
  }
  return runs;
}

type Result =
  | { readonly is: "content"; readonly content: Uint8Array | undefined }
  | { readonly is: "refused"; readonly reason: EditReason; readonly message: string };

function applyRun(run: readonly Edit[], content: Uint8Array | undefined, scalars: Scalars): Result {
  const [{ content: wanted, delete: remove }] = run as [Edit];
  if (remove) return { is: "content", content: undefined };
  if (wanted !== undefined) return { is: "content", content: Buffer.from(wanted) };
  if (!content) return { is: "refused", reason: "FileMissing", message: "there is no such file on the base branch" };
  const text = textOf(content);
  if (text === undefined) return { is: "refused", reason: "FileUnreadable", message: "it is not UTF-8" };
  const edited = scalars.set(
    text,
    run.flatMap(({ set }) => (set ? [set] : [])),
  );
  return edited.is === "refused" ? edited : { is: "content", content: Buffer.from(edited.text) };
}

/** The text of a file, with its byte order mark if it has one; undefined when it is not UTF-8. */
export function textOf(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);
