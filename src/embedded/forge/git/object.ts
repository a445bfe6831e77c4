import type { BareRepository } from "./bare.ts";

/** Who and when, as git has it; `when` is seconds since the epoch. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly when: number;
  /** Offset as git writes it: `+0000`. */
  readonly zone: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** The signature's text, or null. */
  readonly signature: string | null;
}

export interface Tag {
  readonly sha: string;
  readonly object: string;
  readonly type: string;
  readonly name: string;
  readonly tagger: Signature | null;
  readonly message: string;
}

export interface TreeEntry {
  /** Octal as GitHub has it, six digits: `100644`, `100755`, `040000`, `120000`, `160000`. */
  readonly mode: string;
  readonly name: string;
  readonly sha: string;
}

/** What makes a new commit; the sha follows from it. */
export type NewCommit = Pick<Commit, "tree" | "parents" | "author" | "committer" | "message"> &
  Partial<Pick<Commit, "signature">>;

export const typeOfMode = (mode: string): "blob" | "tree" | "commit" =>
  mode === "040000" ? "tree" : mode === "160000" ? "commit" : "blob";

const identity = /^(?<name>.*?) ?<(?<email>[^>]*)> ?(?<when>-?\d+)? ?(?<zone>[+-]\d{4})?/;

function parseSignature(text: string): Signature {
  const { name = "", email = "", when = "0", zone = "+0000" } = identity.exec(text)?.groups ?? {};
  return { name, email, when: Number(when), zone };
}

/** Headers of a commit or tag, in order, with folded lines joined, and the message after the blank line. */
function parseHeaders(text: string): {
  readonly headers: readonly (readonly [string, string])[];
  readonly message: string;
} {
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text : text.slice(0, end);
  const headers = head
    .replace(/\n /g, "\u0000")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(0, space), line.slice(space + 1).replaceAll("\u0000", "\n")] as const;
    });
  return { headers, message: end < 0 ? "" : text.slice(end + 2) };
}

export function parseCommit(sha: string, body: Buffer): Commit {
  const { headers, message } = parseHeaders(body.toString("utf8"));
  const first = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
  return {
    sha,
    tree: first("tree") ?? "",
    parents: headers.filter(([key]) => key === "parent").map(([, value]) => value),
    author: parseSignature(first("author") ?? ""),
    committer: parseSignature(first("committer") ?? ""),
    message,
    signature: first("gpgsig") ?? null,
  };
}

export function parseTag(sha: string, body: Buffer): Tag {
  const { headers, message } = parseHeaders(body.toString("utf8"));
  const first = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
  const tagger = first("tagger");
  return {
    sha,
    object: first("object") ?? "",
    type: first("type") ?? "",
    name: first("tag") ?? "",
    tagger: tagger === undefined ? null : parseSignature(tagger),
    message,
  };
}

export function parseTree(body: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    entries.push({
      mode: body.toString("latin1", at, space).padStart(6, "0"),
      name: body.toString("utf8", space + 1, end),
      sha: body.toString("hex", end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

const signatureText = ({ name, email, when, zone }: Signature): string =>
  `${name.replace(/[<>\n\0]/g, "")} <${email.replace(/[<>\n\0]/g, "")}> ${when} ${zone}`;

/** Writes a commit and gives its sha. */
export function writeCommit(repository: BareRepository, commit: NewCommit): string {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signatureText(commit.author)}`,
    `committer ${signatureText(commit.committer)}`,
  ];
  if (commit.signature) lines.push(`gpgsig ${commit.signature.trimEnd().replaceAll("\n", "\n ")}`);
  return repository.write("commit", Buffer.from(`${lines.join("\n")}\n\n${commit.message}`));
}

/** Writes an annotated tag's object and gives its sha. */
export function writeTag(repository: BareRepository, tag: Omit<Tag, "sha">): string {
  const lines = [`object ${tag.object}`, `type ${tag.type}`, `tag ${tag.name}`];
  if (tag.tagger) lines.push(`tagger ${signatureText(tag.tagger)}`);
  return repository.write("tag", Buffer.from(`${lines.join("\n")}\n\n${tag.message}`));
}

/** Git's order: a folder is compared as if its name ended in a slash. */
const sortKey = (entry: TreeEntry): Buffer => Buffer.from(entry.mode === "040000" ? `${entry.name}/` : entry.name);

/** Writes one level of a tree and gives its sha. */
export function writeTree(repository: BareRepository, entries: readonly TreeEntry[]): string {
  const sorted = [...entries].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
  const body = sorted.flatMap(({ mode, name, sha }) => [
    Buffer.from(`${mode.replace(/^0/, "")} ${name}\0`),
    Buffer.from(sha, "hex"),
  ]);
  return repository.write("tree", Buffer.concat(body));
}
