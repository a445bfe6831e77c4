/** What `git merge-tree --write-tree -z` came to. Paths are for people: what is not UTF-8 in them is replaced. */
export interface MergeOutput {
  readonly tree: string;
  /** Files that a person has to decide on, by path; none where the merge is clean. */
  readonly conflicts: readonly { readonly path: string; readonly why: string }[];
}

/** Git's fixed names of conflicts, in our words. */
const reasons: Readonly<Record<string, string>> = {
  "CONFLICT (contents)": "content: both sides changed the same lines",
  "CONFLICT (binary)": "binary: both sides changed it, and it cannot be merged by lines",
  "CONFLICT (modify/delete)": "modify/delete: one side changed it, and the other removed it",
  "CONFLICT (file/directory)": "file/directory: a file on one side is a folder on the other",
  "CONFLICT (distinct modes)": "mode: it is of different types on the two sides",
  "CONFLICT (rename/delete)": "rename/delete: one side renamed it, and the other removed it",
  "CONFLICT (rename/rename)": "rename/rename: the two sides renamed it to different names",
  "CONFLICT (rename involved in collision)": "rename/add: a renamed file meets another one under its new name",
  "CONFLICT (directory rename suggested)": "directory rename: its folder was renamed on the other side",
  "CONFLICT (directory rename split)": "directory rename: its folder was split on the other side",
  "CONFLICT (file in way of directory rename)": "directory rename: a file is in the way of it",
  "CONFLICT (paths collide in directory rename)": "directory rename: several files would get this name",
};

/**
 * Reads the output with its messages: a tree; mode, object, stage and path of all files in conflict; and messages for
 * machines, each a number of paths, the paths, a fixed name and a text. All end with NUL, and the second part with one more.
 */
export function parseMerge(output: Buffer): MergeOutput {
  const fields = output.toString("utf8").split("\0");
  const [tree = "", ...rest] = fields;
  const end = rest.indexOf("");
  const paths = new Set((end < 0 ? rest : rest.slice(0, end)).map((line) => line.slice(line.indexOf("\t") + 1)));
  const why = new Map<string, string>();
  for (const { about, name } of messagesIn(end < 0 ? [] : rest.slice(end + 1))) {
    if (!name.startsWith("CONFLICT")) continue;
    const reason = reasons[name] ?? name.replace(/^CONFLICT \((.*)\)$/, "$1");
    for (const path of about) if (!why.has(path)) why.set(path, reason);
    for (const path of about) paths.add(path);
  }
  const conflicts = [...paths].sort().map((path) => ({ path, why: why.get(path) ?? "the two sides cannot be merged" }));
  return { tree, conflicts };
}

function* messagesIn(
  fields: readonly string[],
): Generator<{ readonly about: readonly string[]; readonly name: string }> {
  for (let at = 0; at < fields.length - 1; ) {
    const count = Number(fields[at]);
    if (!Number.isSafeInteger(count)) return;
    yield { about: fields.slice(at + 1, at + 1 + count), name: fields[at + 1 + count] ?? "" };
    at += count + 3;
  }
}
