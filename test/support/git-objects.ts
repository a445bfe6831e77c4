import { createHash } from "node:crypto";

/** Files of a tree by path. What is no plain file says so by `withMode`. */
export type Files = ReadonlyMap<string, Uint8Array>;
export type FileMode = "File" | "Executable" | "Link";

/** Modes of contents that are not plain files': a content goes from tree to tree as the same object. */
const modes = new WeakMap<Uint8Array, FileMode>();

export const modeOf = (content: Uint8Array): FileMode => modes.get(content) ?? "File";

/** The same content with this mode. */
export function withMode(content: Uint8Array, mode: FileMode): Uint8Array {
  const copy = Buffer.from(content);
  modes.set(copy, mode);
  return copy;
}

const gitModes = { File: "100644", Executable: "100755", Link: "120000" } as const;

const hash = (type: string, body: Uint8Array): string =>
  createHash("sha1").update(`${type} ${body.length}\0`).update(body).digest("hex");

/** The id that git gives to a file's content. */
export const blobId = (content: Uint8Array): string => hash("blob", content);

/** The id that git gives to a tree of these files. */
export const treeId = (files: Files): string => writeTree(files, () => undefined);

/** Gives every file and folder of a tree to `store`, and the tree's id. */
export function writeTree(files: Files, store: (type: "blob" | "tree", id: string, body: Uint8Array) => void): string {
  const names = new Map<string, { readonly mode: string; readonly id: string; readonly sortedAs: string }>();
  const below = new Map<string, Map<string, Uint8Array>>();
  for (const [path, content] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) {
      names.set(path, { mode: gitModes[modeOf(content)], id: blobId(content), sortedAs: path });
      store("blob", blobId(content), content);
    } else {
      const name = path.slice(0, slash);
      const rest = below.get(name) ?? new Map<string, Uint8Array>();
      below.set(name, rest.set(path.slice(slash + 1), content));
    }
  }
  // Git sorts a directory as if its name ended with a slash.
  for (const [name, rest] of below)
    names.set(name, { mode: "40000", id: writeTree(rest, store), sortedAs: `${name}/` });
  const entries = [...names].sort(([, a], [, b]) => Buffer.compare(Buffer.from(a.sortedAs), Buffer.from(b.sortedAs)));
  const parts = entries.flatMap(([name, { mode, id }]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
  const body = Buffer.concat(parts);
  const id = hash("tree", body);
  store("tree", id, body);
  return id;
}

export interface CommitInput {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  /** By default the author. */
  readonly committer?: { readonly name: string; readonly email: string };
  readonly at: Date;
  readonly message: string;
}

/** The id that git gives to a commit. */
export const commitId = (commit: CommitInput): string => hash("commit", commitBody(commit));

/** What git keeps of a commit. */
export function commitBody({ tree, parents, author, committer = author, at, message }: CommitInput): Buffer {
  const [by, through] = [author, committer].map(
    ({ name, email }) => `${name} <${email}> ${Math.floor(at.getTime() / 1_000)} +0000`,
  );
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${by}`,
    `committer ${through}`,
  ];
  return Buffer.from(`${lines.join("\n")}\n\n${message}`);
}
