import { ForgeError } from "../reconcilers/errors.ts";
import type { CommitFacts, NewCommit } from "../reconcilers/git-port.ts";

/** The data of a commit object. Author and committer are the same; the time zone is UTC. */
export function formatCommit(tree: string, { parent, author, at, message }: NewCommit): Buffer {
  if (message.trim() === "") throw new ForgeError("rejected", "a commit needs a message");
  if (message.includes("\0")) throw new ForgeError("rejected", "a commit message cannot hold a NUL character");
  const who = `${plain(author.name)} <${plain(author.email)}> ${Math.floor(at.getTime() / 1_000)} +0000`;
  const head = [`tree ${tree}`, `parent ${parent}`, `author ${who}`, `committer ${who}`].join("\n");
  return Buffer.from(`${head}\n\n${message}${message.endsWith("\n") ? "" : "\n"}`, "utf8");
}

/** Git ends names and addresses at these characters, so they cannot be part of one. */
const plain = (text: string): string => text.replaceAll(/[<>\p{Cc}]/gu, "").trim();

/** Reads the data of a commit object. */
export function parseCommit(sha: string, data: Buffer): CommitFacts {
  const end = data.indexOf("\n\n");
  const head = data.toString("utf8", 0, end < 0 ? data.length : end).split("\n");
  const values = (key: string): string[] =>
    head.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const author = /<(?<email>[^>]*)>/.exec(values("author")[0] ?? "")?.groups;
  const committed = / (?<seconds>-?\d+) [-+]\d+$/.exec(values("committer")[0] ?? "")?.groups;
  return {
    sha,
    tree: values("tree")[0] ?? "",
    parents: values("parent"),
    message: end < 0 ? "" : data.toString("utf8", end + 2),
    authorEmail: author?.["email"] ?? "",
    committedAt: new Date(Number(committed?.["seconds"] ?? 0) * 1_000),
  };
}
