import { ForgeError } from "../reconcilers/errors.ts";
import type { CommitFacts, NewCommit } from "../reconcilers/git-port.ts";

/** Who, and when: seconds since 1970, and the time zone as git writes it. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly seconds: number;
  readonly zone: string;
}

export interface CommitParts {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** The data of a commit object. */
export function formatCommit({ tree, parents, author, committer, message }: CommitParts): Buffer {
  if (message.trim() === "") throw new ForgeError("rejected", "a commit needs a message");
  if (message.includes("\0")) throw new ForgeError("rejected", "a commit message cannot hold a NUL character");
  const head = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signed(author)}`,
    `committer ${signed(committer)}`,
  ].join("\n");
  return Buffer.from(`${head}\n\n${message}${message.endsWith("\n") ? "" : "\n"}`, "utf8");
}

/** A signature of this moment, in UTC. */
export function signature({ name, email }: NewCommit["author"], at: Date): Signature {
  return { name, email, seconds: Math.floor(at.getTime() / 1_000), zone: "+0000" };
}

const signed = ({ name, email, seconds, zone }: Signature): string =>
  `${plain(name)} <${plain(email)}> ${seconds} ${zone}`;

/** Git ends names and addresses at these characters, so they cannot be part of one. */
const plain = (text: string): string => text.replaceAll(/[<>\p{Cc}]/gu, "").trim();

/** Reads the data of a commit object. */
export function parseCommit(sha: string, data: Buffer): CommitFacts {
  const head = headOf(data);
  const { author, committer } = signaturesOf(data);
  return {
    sha,
    tree: valuesIn(head.toString("utf8"), "tree")[0] ?? "",
    parents: valuesIn(head.toString("utf8"), "parent"),
    message: head.length === data.length ? "" : data.toString("utf8", head.length + 2),
    authorEmail: author.email,
    committedAt: new Date(committer.seconds * 1_000),
  };
}

/** Who made a commit. What cannot be read is empty, or 1970. */
export function signaturesOf(data: Buffer): { readonly author: Signature; readonly committer: Signature } {
  const head = headOf(data);
  const text = decoded(head, valuesIn(head.toString("latin1"), "encoding")[0]);
  const [author, committer] = ["author", "committer"].map((key) => parseSignature(valuesIn(text, key)[0] ?? ""));
  return { author: author!, committer: committer! };
}

function parseSignature(text: string): Signature {
  const match = /^(?<name>[^<]*)<(?<email>[^>]*)>(?:.*? (?<seconds>-?\d{1,15}) (?<zone>[-+]\d{4})$)?/.exec(
    text,
  )?.groups;
  return {
    name: match?.["name"]?.trim() ?? "",
    email: match?.["email"] ?? "",
    // Before 1970 git itself does not go.
    seconds: Math.max(0, Number(match?.["seconds"] ?? 0)),
    zone: match?.["zone"] ?? "+0000",
  };
}

function headOf(data: Buffer): Buffer {
  const end = data.indexOf("\n\n");
  return end < 0 ? data : data.subarray(0, end);
}

const valuesIn = (head: string, key: string): string[] =>
  head
    .split("\n")
    .filter((line) => line.startsWith(`${key} `))
    .map((line) => line.slice(key.length + 1));

/** Text in the encoding that the commit names; UTF-8 where it names none that is known. */
function decoded(head: Buffer, encoding = "utf-8"): string {
  try {
    return new TextDecoder(encoding).decode(head);
  } catch {
    return head.toString("utf8"); // Somebody made it up.
  }
}
