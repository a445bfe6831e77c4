import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { short } from "../way.ts";
import { messageOf } from "./fingerprint.ts";
import type { Hands } from "./hands.ts";
import type { Base, Produced } from "./produced.ts";
import { type Refused, refuse } from "./refused.ts";

type Wish = NonNullable<ChangeProposal["spec"]["change"]["revert"]>;
type Files = readonly { readonly path: string; readonly why: string }[];

/** Most conflicts that status holds. */
const mostConflicts = 50;

/** What taking commits back comes to on this base: one commit, whatever their number. */
export async function produceRevert(proposal: ChangeProposal, wish: Wish, base: Base, hands: Hands): Promise<Produced> {
  const { git, remote, signal } = hands;
  const fault = await faultOf(wish, hands);
  if (fault) return fault;
  const revert = { from: wish.from, to: wish.to, onto: base.sha, message: messageOf(proposal) };
  const made = await git.revert(remote, revert, signal);
  if (made.is === "conflict") return conflicting(made.files, wish, base);
  if (made.is === "commit") return { is: "commit", sha: made.sha, base };
  return { is: "nothing", said: `${base.branch} has nothing of ${rangeOf(wish)}` };
}

/** Paths that taking these commits back can touch. Undefined where that is not known: a commit is gone. */
export async function pathsOfRevert(
  { from, to }: Wish,
  { git, remote, signal }: Hands,
): Promise<readonly string[] | undefined> {
  for (const sha of [from, to]) if (!(await git.describe(remote, sha, signal))) return undefined;
  const { files } = await git.diff(remote, { from, to, most: 0 }, signal);
  return files.map(({ path }) => path);
}

async function faultOf({ from, to }: Wish, { git, remote, signal }: Hands): Promise<Refused | undefined> {
  for (const [field, sha] of Object.entries({ from, to })) {
    if (await git.describe(remote, sha, signal)) continue;
    const remedy = `push it to a branch, or correct spec.change.revert.${field}`;
    return refuse("RevertUnknown", `the repository has no commit ${sha}: ${remedy}`);
  }
  if (await git.isAncestor(remote, from, to, signal)) return undefined;
  const remedy = "name as spec.change.revert.from the last commit that is kept, and as to one that came after it";
  return refuse("RevertUnordered", `${short(from)} does not lead to ${short(to)}: ${remedy}`);
}

function conflicting(files: Files, wish: Wish, { branch }: Base): Produced {
  const paths = files.map(({ path }) => path);
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : "";
  const built = `what came later on ${branch} builds on it: ${paths.slice(0, 5).join(", ")}${more}`;
  const remedy = "take that back too, or make the change on that branch by hand";
  const message = `${rangeOf(wish)} cannot be taken back, since ${built}: ${remedy}`;
  const cut = files.map(({ path, why }) => ({ commit: wish.to, path: path.slice(0, 1024), why: why.slice(0, 256) }));
  return {
    ...refuse("RevertConflicts", message.slice(0, 4_000)),
    facts: { conflicts: cut.slice(0, mostConflicts) },
  };
}

const rangeOf = ({ from, to }: Wish): string => `${short(from)}..${short(to)}`;
