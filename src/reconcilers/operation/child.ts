import { createHash } from "node:crypto";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Operation } from "../../schema/operation.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Child, Key, Lookup } from "../ports.ts";
import { short } from "../way.ts";
import { editsOf, file, type Move } from "./plan.ts";

/** Longest name of a child: a branch, a label and a table can all hold it. */
const longest = 100;

/** Whether this operation controls the object. */
export const isOwnedBy = ({ metadata }: ChangeProposal, operation: Operation): boolean =>
  metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === operation.metadata.uid) ??
  false;

/** The proposal of an operation for a repository: `OPERATION-REPOSITORY`, with a digest where that is too long or taken. */
export function childKey(operation: Operation, repository: Repository, lookup: Lookup): Key {
  const { namespace, name: own } = operation.metadata;
  const name = `${own}-${repository.metadata.name}`;
  const there = lookup.get(ChangeProposal, { namespace, name });
  if (name.length <= longest && (!there || isOwnedBy(there, operation))) return { namespace, name };
  // `a-b` for `c` and `a` for `b-c` are the same name; the digest tells them apart.
  const digest = createHash("sha256").update(`${own}\0${repository.metadata.name}`).digest("hex").slice(0, 10);
  return { namespace, name: `${name.slice(0, longest - 11).replace(/[-.]+$/, "")}-${digest}` };
}

/** What the child should say. The same moves give the same child, whenever and why ever it is asked for. */
export function childOf(operation: Operation, repository: Repository, key: Key, moves: readonly Move[]): Child {
  const { name, uid } = operation.metadata;
  return {
    kind: ChangeProposal,
    key,
    ...(name.length <= 63 && { labels: { "millrace.dev/operation": name } }),
    owner: { kind: Operation, name, uid },
    spec: {
      repositoryRef: { name: repository.metadata.name },
      title: titleOf(moves),
      body: bodyOf(operation, moves),
      change: { edits: editsOf(moves) },
      merge: operation.spec.merge,
    },
  };
}

function titleOf(moves: readonly Move[]): string {
  const title = `Sync sources: ${moves.map(({ source, commit }) => `${source} to ${short(commit)}`).join(", ")}`;
  return title.length <= 120 ? title : `Sync ${moves.length} sources`;
}

function bodyOf(operation: Operation, moves: readonly Move[]): string {
  const many = moves.length > 1;
  const withChecksum = moves.some(({ sha256 }) => sha256 !== undefined);
  return [
    `\`${file}\` says which ${many ? "commits" : "commit"} of other repositories this one is made from. ${many ? "They have" : "It has"} moved on:`,
    ["| source | follows | from | to | |", "| --- | --- | --- | --- | --- |", ...moves.map(row)].join("\n"),
    ...(withChecksum ? ["`sha256` is the checksum of the archive that the forge serves for the commit."] : []),
    `Operation \`${operation.metadata.name}\` asks for it, which keeps sources at the heads of what they follow.`,
  ].join("\n\n");
}

function row({ source, followed, branch, from, commit }: Move): string {
  const { url } = followed.status ?? {};
  const { owner, name } = followed.spec;
  const follows = url ? `[${owner}/${name}](${url})` : `${owner}/${name}`;
  const isCommit = /^[0-9a-f]{40,64}$/.test(from);
  const compare = url && isCommit && from !== commit ? `[what changed](${url}/compare/${from}...${commit})` : "";
  return `| \`${source}\` | ${follows} ${code(branch)} | ${isCommit ? code(short(from)) : code(from)} | ${code(short(commit))} | ${compare} |`;
}

/** Text of others, so that it is nothing but text: no markup, no mention, no end of the cell. */
const code = (text: string): string => `\`${text.replace(/[`|\r\n]/g, " ").slice(0, 64)}\``;
