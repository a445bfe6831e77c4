import type { Operation } from "../../../schema/operation.ts";
import type { About } from "../../../schema/proposal-text.ts";
import type { Repository } from "../../../schema/repository.ts";
import { short } from "../../way.ts";
import { editsOf, file, type Move } from "./plan.ts";

/** What a proposal for these moves says. The same moves give the same, whenever and why ever it is asked for. */
export function specOf(operation: Operation, repository: Repository, moves: readonly Move[]) {
  return {
    repositoryRef: { name: repository.metadata.name },
    title: titleOf(moves),
    body: bodyOf(moves),
    about: aboutOf(operation, moves),
    change: { edits: editsOf(moves) },
  };
}

function titleOf(moves: readonly Move[]): string {
  const title = `Sync sources: ${moves.map(({ source, commit }) => `${source} to ${short(commit)}`).join(", ")}`;
  return title.length <= 120 ? title : `Sync ${moves.length} sources`;
}

function bodyOf(moves: readonly Move[]): string {
  const commits = moves.length > 1 ? "commits" : "commit";
  const made = `\`${file}\` says which ${commits} of other repositories this one is made from.`;
  const withChecksum = moves.some(({ sha256 }) => sha256 !== undefined);
  return withChecksum
    ? `${made} \`sha256\` is the checksum of the archive that the forge serves for the commit.`
    : made;
}

function aboutOf(operation: Operation, moves: readonly Move[]): About {
  const moved = moves.length > 1 ? "They have" : "It has";
  return {
    why: `${moved} moved on, and operation ${operation.metadata.name} keeps sources at the heads of what they follow.`,
    origins: moves.map(originOf),
  };
}

function originOf({ source, followed, branch, from, commit }: Move): NonNullable<About["origins"]>[number] {
  const { owner, name } = followed.spec;
  const page = followed.status?.url;
  const isCommit = /^[0-9a-f]{40,64}$/.test(from);
  const changes = page && isCommit && from !== commit ? `${page}/compare/${from}...${commit}` : page;
  return {
    name: `${source}: ${owner}/${name}, branch ${branch}`.slice(0, 253),
    ...(changes && { url: changes }),
    from: isCommit ? short(from) : from.slice(0, 64),
    to: short(commit),
  };
}
