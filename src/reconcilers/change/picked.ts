import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { CommitFacts } from "../git-port.ts";
import { short } from "../way.ts";
import { Chain, type Conflict } from "./chain.ts";
import { baseTrailer, trailersOf } from "./fingerprint.ts";
import type { Hands } from "./hands.ts";
import type { Base, Produced } from "./produced.ts";
import { type Refused, refuse } from "./refused.ts";

type Wish = NonNullable<ChangeProposal["spec"]["change"]["cherryPick"]>;

/** Most conflicts that status holds. */
const mostConflicts = 50;

/** What picking commits onto this base comes to: a chain of one commit for each that the base does not have. */
export async function producePicks(proposal: ChangeProposal, wish: Wish, base: Base, hands: Hands): Promise<Produced> {
  const queue = await commitsOf(wish.commits, base, hands);
  if (queue.is === "refused") return queue;
  const chain = new Chain(base.sha, hands);
  for (const [index, commit] of queue.commits.entries()) {
    const isLast = index === queue.commits.length - 1;
    await chain.add(commit, isLast ? endOf(proposal, base) : []);
    if (chain.conflicts.length > 0 && wish.onConflict === "FailFast") break;
  }
  if (chain.conflicts.length > 0) return conflicting(chain.conflicts, base);
  const sha = await chain.sealed(endOf(proposal, base));
  const said = saidOf([...queue.applied, ...chain.applied], base);
  return sha === undefined ? { is: "nothing", ...said } : { is: "commit", sha, base, ...said };
}

/** Paths that picking these commits can touch. Undefined where that is not known: a commit is gone, or has no parent. */
export async function pathsOfPicks(
  commits: readonly string[],
  { git, remote, signal }: Hands,
): Promise<readonly string[] | undefined> {
  const paths = new Set<string>();
  for (const to of commits) {
    const from = (await git.describe(remote, to, signal))?.parents[0];
    if (from === undefined) return undefined;
    const { files } = await git.diff(remote, { from, to, most: 0 }, signal);
    for (const { path } of files) paths.add(path);
  }
  return [...paths];
}

interface Queue {
  readonly is: "queue";
  readonly commits: readonly CommitFacts[];
  /** Those that the base has already. */
  readonly applied: readonly string[];
}

async function commitsOf(
  shas: readonly string[],
  base: Base,
  { git, remote, signal }: Hands,
): Promise<Queue | Refused> {
  const commits: CommitFacts[] = [];
  const applied: string[] = [];
  for (const sha of new Set(shas)) {
    const facts = await git.describe(remote, sha, signal);
    if (!facts) {
      const message = `the repository has no commit ${sha}: push it to a branch, or correct spec.change.cherryPick`;
      return refuse("PickUnknown", message);
    }
    if (await git.isAncestor(remote, sha, base.sha, signal)) applied.push(sha);
    else if (facts.parents.length > 1) return refuse("PickIsMerge", mergeMessage(facts));
    else commits.push(facts);
  }
  return { is: "queue", commits, applied };
}

const mergeMessage = ({ sha, parents }: CommitFacts): string =>
  `${short(sha)} is a merge of ${parents.slice(1).map(short).join(" and ")}, so it is not clear which side is meant: list the commits that it brought in (git log --reverse --no-merges ${short(parents[0]!)}..${short(sha)})`;

const endOf = (proposal: ChangeProposal, base: Base): readonly string[] => [
  ...trailersOf(proposal),
  baseTrailer(base.sha),
];

function conflicting(conflicts: readonly Conflict[], base: Base): Produced {
  const commits = [...new Set(conflicts.map(({ commit }) => commit))];
  const told = commits.slice(0, 3).map((commit) => {
    const paths = conflicts.filter((each) => each.commit === commit).map(({ path }) => path);
    return `${short(commit)} (${listed(paths)})`;
  });
  const more = commits.length > 3 ? ` and ${commits.length - 3} more` : "";
  const remedy = "list the commits that they need too, or make the change on that branch by hand";
  const message = `on ${base.branch} these do not apply: ${told.join(", ")}${more}: ${remedy}`;
  return {
    ...refuse("PickConflicts", message.slice(0, 4_000)),
    facts: { conflicts: conflicts.slice(0, mostConflicts) },
  };
}

const listed = (paths: readonly string[]): string =>
  paths.length > 5 ? `${paths.slice(0, 5).join(", ")} and ${paths.length - 5} more` : paths.join(", ");

const saidOf = (applied: readonly string[], { branch }: Base): Pick<Produced, "said"> =>
  applied.length === 0 ? {} : { said: `${branch} has ${applied.map(short).join(", ")} already` };
