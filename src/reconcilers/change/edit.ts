import type { Edit } from "../../schema/edit.ts";
import type { FileChange } from "../git-port.ts";
import type { Scalars } from "../yaml/scalars.ts";
import { setSection } from "./changelog.ts";
import { setLines } from "./line.ts";
import { type EditedText, type Refused, refuse } from "./refused.ts";
import type { Files, Seen } from "./seen.ts";
import { formatOf, setValues } from "./set.ts";
import { textOf } from "./text.ts";

/** What edits come to on some files. No changes: they say so already. */
export type Change = { readonly is: "changes"; readonly files: readonly FileChange[] } | Refused;

/** Every path that edits touch, once. */
export const pathsOf = (edits: readonly Edit[]): readonly string[] => [
  ...new Set(edits.flatMap(({ path, rename }) => (rename ? [path, rename.to] : [path]))),
];

/**
 * Applies edits in their order to files, which must hold every path that the edits touch. Gives only what
 * differs in the end. Values that follow each other in one file are set together.
 */
export function applyEdits(edits: readonly Edit[], files: Files, scalars: Scalars): Change {
  const now = new Map(files);
  for (const run of runsOf(edits)) {
    const refusal = applyRun(run, now, scalars);
    if (refusal) return refusal;
  }
  const changed = [...now].filter(([path, state]) => !isSame(state, files.get(path)!));
  const refusal = inTheWay(now, files);
  return refusal ?? { is: "changes", files: changed.map(([path, state]) => changeOf(path, state, files.get(path)!)) };
}

/** Neighbouring settings of one file together; everything else by itself. */
function runsOf(edits: readonly Edit[]): readonly (readonly Edit[])[] {
  const runs: Edit[][] = [];
  for (const edit of edits) {
    const last = runs.at(-1);
    const [before] = last ?? [];
    const isNext = before?.set && edit.set && before.path === edit.path && formatIn(before) === formatIn(edit);
    if (last && isNext) last.push(edit);
    else runs.push([edit]);
  }
  return runs;
}

const formatIn = ({ path, set }: Edit): string => set?.format ?? formatOf(path);

/** Changes `now`, or says why not. */
function applyRun(run: readonly Edit[], now: Map<string, Seen>, scalars: Scalars): Refused | undefined {
  const [edit] = run as [Edit];
  const { path, content, mode } = edit;
  const there = now.get(path)!;
  if (there.is === "obstacle" && !(edit.delete && there.isLink)) return there.refusal;
  const put = (at: string, state: Seen): undefined => void now.set(at, state);
  if (edit.delete) return put(path, there.is === "none" ? there : { is: "none" });
  if (content !== undefined) {
    const before = there.is === "file" ? there.mode : "File";
    return put(path, { is: "file", content: Buffer.from(content), mode: mode ?? before });
  }
  if (edit.rename) return rename(path, edit.rename.to, now);
  const file = fileFor(edit, there);
  if (!file) return missing(path);
  if (mode) return put(path, { ...file, mode });
  const edited = rewritten(run, file.content, scalars);
  if (edited.is === "refused") return { ...edited, message: `${path}: ${edited.message}` };
  return put(path, { ...file, content: edited.content });
}

/** The file that is edited. Only a changelog can be missing. */
function fileFor({ changelog }: Edit, there: Seen): Extract<Seen, { is: "file" }> | undefined {
  if (there.is === "file") return there;
  return changelog && { is: "file", content: new Uint8Array(), mode: "File" };
}

const missing = (path: string): Refused => refuse("FileMissing", `${path}: there is no such file on the base branch`);

function rename(from: string, to: string, now: Map<string, Seen>): Refused | undefined {
  const [source, target] = [now.get(from)!, now.get(to)!];
  if (target.is === "obstacle") return target.refusal;
  // It was moved already, most likely by this very proposal.
  if (source.is !== "file") return target.is === "file" ? undefined : missing(from);
  if (target.is === "file") {
    return refuse("RenameTargetExists", `${to} is there already, so ${from} cannot be moved to it: delete it first`);
  }
  now.set(from, { is: "none" });
  now.set(to, source);
  return undefined;
}

/** Longest file of which marked lines or sections are changed, in bytes. */
const mostOfLines = 32 << 20;

/** The content with values set, or with marked lines changed. */
function rewritten(
  run: readonly Edit[],
  content: Uint8Array,
  scalars: Scalars,
): { readonly is: "content"; readonly content: Uint8Array } | Refused {
  const [{ path, line, changelog }] = run as [Edit];
  const bytes = content.length;
  if ((line ?? changelog) && bytes > mostOfLines) {
    const what = line ? "marked lines" : "changelogs";
    return refuse("FileTooLarge", `it has ${bytes} bytes, and ${what} are changed up to ${mostOfLines}`);
  }
  const text = textOf(content);
  if (text === undefined) return refuse("FileUnreadable", "it is not UTF-8");
  const sets = run.flatMap(({ set }) => (set ? [set] : []));
  const edited: EditedText = changelog
    ? setSection(text, changelog)
    : line
      ? setLines(text, line)
      : setValues(text, { path, sets, bytes }, scalars);
  return edited.is === "refused" ? edited : { is: "content", content: Buffer.from(edited.text) };
}

/** A file that would be below another one, which git cannot hold. */
function inTheWay(now: Files, before: Files): Refused | undefined {
  for (const [path, state] of now) {
    if (state.is !== "file") continue;
    const was = before.get(path)!;
    const names = path.split("/");
    const parents = names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
    // A parent that no edit touches is as it was.
    const there = was.is === "none" && was.below !== undefined && !now.has(was.below) ? was.below : undefined;
    const parent = there ?? parents.find((each) => now.get(each)?.is === "file");
    if (parent !== undefined) {
      return refuse("PathBelowFile", `${path} is below ${parent}, which is a file: delete that first, or name another`);
    }
  }
  return undefined;
}

function changeOf(path: string, state: Seen, before: Seen): FileChange {
  if (state.is !== "file") return { path, content: undefined };
  const { content, mode } = state;
  return mode === (before.is === "file" ? before.mode : "File") ? { path, content } : { path, content, mode };
}

function isSame(a: Seen, b: Seen): boolean {
  if (a === b) return true;
  if (a.is === "none") return b.is === "none";
  return a.is === "file" && b.is === "file" && a.mode === b.mode && Buffer.compare(a.content, b.content) === 0;
}
