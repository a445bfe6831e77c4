import type { BareRepository } from "./bare.ts";

/** One file of a diff, with its lines. */
export interface FileDiff {
  readonly path: string;
  /** Where it was, for a renamed or copied file. */
  readonly previousPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  /** The blob after the change (before it, for a removed file). */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks as `git diff` shows them; null for binary files and mere renames. */
  readonly patch: string | null;
}

const statuses: Readonly<Record<string, FileDiff["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

/** Git's name for the tree of nothing, which every repository has. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Fields of NUL-separated output, read one after another. */
const reader = (text: string) => {
  const fields = text.split("\0");
  let at = 0;
  return { more: () => at < fields.length - 1, next: () => fields[at++] ?? "" };
};

function* rawEntries(text: string): Iterable<Omit<FileDiff, "additions" | "deletions" | "patch">> {
  const fields = reader(text);
  while (fields.more()) {
    const [, , before = "", after = "", letters = ""] = fields.next().split(" ");
    const letter = letters[0] ?? "M";
    const moved = letter === "R" || letter === "C";
    const first = fields.next();
    const path = moved ? fields.next() : first;
    const status = statuses[letter] ?? "changed";
    yield { path, previousPath: moved ? first : null, status, sha: letter === "D" ? before : after };
  }
}

function* counts(text: string): Iterable<readonly [additions: number, deletions: number]> {
  const fields = reader(text);
  while (fields.more()) {
    const [added = "", deleted = "", path = ""] = fields.next().split("\t");
    if (path === "") {
      fields.next();
      fields.next();
    }
    yield [Number.parseInt(added, 10) || 0, Number.parseInt(deleted, 10) || 0];
  }
}

const patches = (text: string): readonly (string | null)[] =>
  text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map((part) => {
      const start = part.search(/^@@ /m);
      return start < 0 ? null : part.slice(start).replace(/\n$/, "");
    });

/** The files that differ between two trees or commits, with renames found. */
export async function diffFiles(bare: BareRepository, from: string, to: string): Promise<readonly FileDiff[]> {
  const common = ["diff", "--no-color", "--no-ext-diff", "-M", "--full-index"];
  const diff = async (...options: string[]): Promise<string> =>
    (await bare.run([...common, ...options, from, to])).stdout.toString("utf8");
  const [raw, numbers, text] = await Promise.all([
    diff("--raw", "-z", "--no-abbrev"),
    diff("--numstat", "-z"),
    diff("-p"),
  ]);
  const lines = [...counts(numbers)];
  const hunks = patches(text);
  return [...rawEntries(raw)].map((entry, index) => {
    const [additions, deletions] = lines[index] ?? [0, 0];
    return { ...entry, additions, deletions, patch: hunks[index] ?? null };
  });
}

/** The diff as one text. */
export async function diffText(bare: BareRepository, from: string, to: string): Promise<Buffer> {
  return (await bare.run(["diff", "--no-color", "--no-ext-diff", "-M", from, to])).stdout;
}

/** Commits as mails, for `git am`: those of `range` (`a..b`), or one sha's alone. */
export async function patchText(bare: BareRepository, range: string): Promise<Buffer> {
  const args = range.includes("..") ? [range] : ["-1", range];
  return (await bare.run(["format-patch", "--stdout", "--no-signature", ...args])).stdout;
}
