import { createHash } from "node:crypto";

/** Files of a tree by path. The memory git knows no other mode than that of a plain file. */
export type Files = ReadonlyMap<string, Uint8Array>;

const hash = (type: string, body: Uint8Array): string =>
  createHash("sha1").update(`${type} ${body.length}\0`).update(body).digest("hex");

/** The id that git gives to a file's content. */
export const blobId = (content: Uint8Array): string => hash("blob", content);

/** The id that git gives to a tree of these files. */
export function treeId(files: Files): string {
  const names = new Map<string, { readonly mode: string; readonly id: string; readonly sortedAs: string }>();
  const below = new Map<string, Map<string, Uint8Array>>();
  for (const [path, content] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) {
      names.set(path, { mode: "100644", id: blobId(content), sortedAs: path });
    } else {
      const name = path.slice(0, slash);
      const rest = below.get(name) ?? new Map<string, Uint8Array>();
      below.set(name, rest.set(path.slice(slash + 1), content));
    }
  }
  // Git sorts a directory as if its name ended with a slash.
  for (const [name, rest] of below) names.set(name, { mode: "40000", id: treeId(rest), sortedAs: `${name}/` });
  const entries = [...names].sort(([, a], [, b]) => Buffer.compare(Buffer.from(a.sortedAs), Buffer.from(b.sortedAs)));
  const parts = entries.flatMap(([name, { mode, id }]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
  return hash("tree", Buffer.concat(parts));
}

export interface CommitInput {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  readonly at: Date;
  readonly message: string;
}

/** The id that git gives to a commit whose committer is its author. */
export function commitId({ tree, parents, author, at, message }: CommitInput): string {
  const who = `${author.name} <${author.email}> ${Math.floor(at.getTime() / 1_000)} +0000`;
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  return hash("commit", Buffer.from(`${lines.join("\n")}\n\n${message}`));
}
