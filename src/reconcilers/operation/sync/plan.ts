import type { Repository } from "../../../schema/repository.ts";
import { textOf } from "../../change/text.ts";
import type { Forges } from "../../forge-port.ts";
import type { Git } from "../../git-port.ts";
import { slugOf, type Way } from "../../way.ts";
import type { Found, Scalars } from "../../yaml/scalars.ts";
import type { Unknown } from "../strategy.ts";
import type { Archives } from "./archive.ts";

/** The file whose `sources` are kept in step. */
export const file = "librarian.yaml";

/** An entry of `sources`, and where it should be. */
export interface Want {
  readonly source: string;
  readonly followed: Repository;
  readonly branch: string;
  readonly commit: string;
}

/** One source that is to move. */
export interface Move extends Want {
  readonly from: string;
  /** Of the archive of the wanted commit; undefined where the file does not carry one. */
  readonly sha256: string | undefined;
}

/** What a repository needs: nothing, some moves, or somebody. */
export type Plan = { readonly is: "right" } | { readonly is: "behind"; readonly moves: readonly Move[] } | Unknown;

export interface World {
  readonly forges: Forges;
  readonly git: Git;
  readonly scalars: Scalars;
  readonly archives: Archives;
}

/** A proposal holds so many moves, with their checksums and their lines of text. The others follow when it is merged. */
const mostMoves = 32;

/** Compares `librarian.yaml` at the head of a repository with what is wanted. One file is read. */
export async function planOf(
  { repository, forge }: Extract<Way, { is: "open" }>,
  { head, wants }: { readonly head: string; readonly wants: readonly Want[] },
  { forges, git, scalars, archives }: World,
  signal: AbortSignal,
): Promise<Plan> {
  const host = await forges.of(forge, signal);
  const content = await git.read(host.remote(slugOf(repository)), head, file, signal);
  if (!content)
    return blocked(
      "FileMissing",
      `there is no ${file} on ${repository.spec.branch}: add it, or take the repository's sources out`,
    );
  const text = textOf(content);
  if (text === undefined) return blocked("FileUnreadable", `${file}: it is not UTF-8`);
  const moves: Move[] = [];
  for (const want of wants) {
    const move = await moveOf(want, (field) => scalars.read(text, ["sources", want.source, field]), archives, signal);
    if (move?.is === "blocked") return move;
    if (move) moves.push(move.move);
    if (moves.length === mostMoves) break;
  }
  if (moves.length === 0) return { is: "right" };
  // Reading looked at the entries alone; nothing is built on a file that is broken elsewhere.
  const fields = editsOf(moves).map(({ set }) => set.field);
  const refusal = scalars.check(text, fields).find((found) => found.is === "refused");
  return refusal ? blocked(refusal.reason, `${file}: ${refusal.message}`) : { is: "behind", moves };
}

type Blocked = Unknown & { readonly is: "blocked" };

const blocked = (reason: string, message: string): Blocked => ({ is: "blocked", reason, message });

/** Undefined when the source is where it should be, its checksum included. */
async function moveOf(
  want: Want,
  read: (field: string) => Found,
  archives: Archives,
  signal: AbortSignal,
): Promise<Blocked | { readonly is: "move"; readonly move: Move } | undefined> {
  const commit = read("commit");
  if (commit.is === "refused") return blocked(commit.reason, `${file}: ${commit.message}`);
  const checksum = read("sha256");
  if (checksum.is === "refused" && checksum.reason !== "FieldMissing") {
    return blocked(checksum.reason, `${file}: ${checksum.message}`);
  }
  const sha256 = checksum.is === "found" ? await archives.sha256(want.followed, want.commit, signal) : undefined;
  const isRight = commit.text === want.commit && (checksum.is === "refused" || checksum.text === sha256);
  return isRight ? undefined : { is: "move", move: { ...want, from: commit.text, sha256 } };
}

/** The moves as edits of the file. */
export const editsOf = (moves: readonly Move[]) =>
  moves.flatMap(({ source, commit, sha256 }) => [
    { path: file, set: { field: ["sources", source, "commit"], value: commit } },
    ...(sha256 === undefined ? [] : [{ path: file, set: { field: ["sources", source, "sha256"], value: sha256 } }]),
  ]);
