import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { ForgeError } from "../errors.ts";
import type { CommitFacts } from "../git-port.ts";
import { applyEdits, type Files, pathsOf } from "./edit.ts";
import { messageOf } from "./fingerprint.ts";
import type { Hands } from "./hands.ts";
import type { Base, Produced } from "./produced.ts";

/** Who commits. With the base's own date, the same change on the same base is the same commit, whoever makes it. */
export const author = { name: "Millrace", email: "bot@millrace.dev" } as const;

/** What the edits come to on this base: the commit is written into the mirror, and nothing leaves the machine. */
export async function build(proposal: ChangeProposal, base: Base, hands: Hands): Promise<Produced> {
  const { git, remote, scalars, signal } = hands;
  const { edits = [] } = proposal.spec.change;
  const files = await readAll(pathsOf(edits), base.sha, hands);
  const change = applyEdits(edits, files, scalars);
  if (change.is === "refused") return change;
  if (change.files.length === 0) return { is: "nothing" };
  const parent = await git.describe(remote, base.sha, signal);
  if (!parent) throw new ForgeError("conflict", `${base.branch} moved away from ${base.sha}`);
  const { sha } = await git.commit(
    remote,
    { parent: base.sha, changes: change.files, message: messageOf(proposal), author, at: parent.committedAt },
    signal,
  );
  return { is: "commit", sha, base };
}

/** How far a base may be behind its branch before a change is built anew. */
const farthest = 100;

/**
 * Whether a commit is on the line of first parents that leads to the head, and not too far back. It is not when somebody
 * took commits back: a change that was built on those would bring them in again.
 */
export async function leadsTo(head: string, base: string, { git, remote, signal }: Hands): Promise<boolean> {
  let sha: string | undefined = head;
  for (let steps = 0; sha !== undefined && steps <= farthest; steps++) {
    if (sha === base) return true;
    const facts: CommitFacts | undefined = await git.describe(remote, sha, signal);
    sha = facts?.parents[0];
  }
  return false;
}

/** Whether the files that the proposal touches are the same in two commits. No, when one of them is gone. */
export async function sameFiles(
  proposal: ChangeProposal,
  shas: readonly [string, string],
  hands: Hands,
): Promise<boolean> {
  const paths = pathsOf(proposal.spec.change.edits ?? []);
  try {
    const [one, other] = await Promise.all(shas.map((sha) => readAll(paths, sha, hands)));
    return paths.every((path) => same(one!.get(path), other!.get(path)));
  } catch (error) {
    if (error instanceof ForgeError && error.code === "absent") return false;
    throw error;
  }
}

async function readAll(paths: readonly string[], sha: string, { git, remote, signal }: Hands): Promise<Files> {
  const contents = await Promise.all(paths.map((path) => git.read(remote, sha, path, signal)));
  return new Map(paths.map((path, index) => [path, contents[index]]));
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);
