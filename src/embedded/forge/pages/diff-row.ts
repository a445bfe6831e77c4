/** One row of a unified diff; `old` and `now` are line numbers. */
export type DiffRow =
  | { readonly kind: "hunk"; readonly text: string }
  | { readonly kind: "same"; readonly old: number; readonly now: number; readonly text: string }
  | { readonly kind: "deleted"; readonly old: number; readonly text: string; readonly changed?: Span }
  | { readonly kind: "added"; readonly now: number; readonly text: string; readonly changed?: Span }
  | { readonly kind: "note"; readonly text: string };

/** The part of a line that differs from its counterpart, from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

type Deleted = Extract<DiffRow, { kind: "deleted" }>;
type Added = Extract<DiffRow, { kind: "added" }>;

/** Reads a unified diff from its first `@@`. Lines that are deleted and added in equal number are compared in pairs. */
export function diffRows(patch: string): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  let old = 0;
  let now = 0;
  for (const line of patch.split("\n")) {
    const hunk = /^@@ -(?<old>\d+)(?:,\d+)? \+(?<now>\d+)(?:,\d+)? @@/.exec(line);
    const text = line.slice(1);
    if (hunk) {
      old = Number(hunk.groups!["old"]);
      now = Number(hunk.groups!["now"]);
      rows.push({ kind: "hunk", text: line });
    } else if (line.startsWith("+")) rows.push({ kind: "added", now: now++, text });
    else if (line.startsWith("-")) rows.push({ kind: "deleted", old: old++, text });
    else if (line.startsWith(" ")) rows.push({ kind: "same", old: old++, now: now++, text });
    else if (line.startsWith("\\")) rows.push({ kind: "note", text: text.trim() });
  }
  return paired(rows);
}

function paired(rows: readonly DiffRow[]): readonly DiffRow[] {
  const out: DiffRow[] = [];
  for (let at = 0; at < rows.length; ) {
    const deleted = run(rows, at, "deleted") as readonly Deleted[];
    const added = run(rows, at + deleted.length, "added") as readonly Added[];
    if (deleted.length > 0 && deleted.length === added.length) {
      const spans = deleted.map((row, index) => difference(row.text, added[index]!.text));
      out.push(...deleted.map((row, index) => withSpan(row, spans[index]?.[0])));
      out.push(...added.map((row, index) => withSpan(row, spans[index]?.[1])));
      at += deleted.length + added.length;
    } else {
      out.push(rows[at]!);
      at += 1;
    }
  }
  return out;
}

function run(rows: readonly DiffRow[], start: number, kind: DiffRow["kind"]): readonly DiffRow[] {
  let end = start;
  while (rows[end]?.kind === kind) end += 1;
  return rows.slice(start, end);
}

const withSpan = <R extends Deleted | Added>(row: R, changed: Span | undefined): R =>
  changed ? { ...row, changed } : row;

/** The differing middle of two lines; undefined when they have too little in common for it to help. */
function difference(before: string, after: string): readonly [Span, Span] | undefined {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  if (start + tail < shorter / 8) return undefined;
  return [
    { start, end: before.length - tail },
    { start, end: after.length - tail },
  ];
}
