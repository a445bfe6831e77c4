import type { Forge } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import { diffTrees } from "../git/diff.ts";
import { isAncestor, listCommits, readCommit, relate } from "../git/history.ts";
import type { Commit, Signature } from "../git/object.ts";
import { branchOf, type RefChange, zeroSha } from "../ref/change.ts";
import type { Repository, User } from "../store/record.ts";
import { dateOf, userByEmail } from "./commit.ts";
import { htmlUrl } from "./repository.ts";

const commitLimit = 20;
const setLimit = 5000;

/** What a push brought: the event's fields, and the commits that the ref did not have before. */
export interface PushStory {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly brought: ReadonlySet<string>;
}

const personOf = (forge: Forge, { name, email }: Signature): Record<string, unknown> => {
  const user = userByEmail(forge, email);
  return { name, email, ...(user ? { username: user.login } : {}) };
};

async function commitStory(
  forge: Forge,
  repository: Repository,
  bare: BareRepository,
  commit: Commit,
): Promise<Record<string, unknown>> {
  const parent = commit.parents[0] === undefined ? undefined : await readCommit(bare, commit.parents[0]);
  const changes = await diffTrees(bare, parent?.tree ?? null, commit.tree);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message.trimEnd(),
    timestamp: dateOf(commit.committer),
    url: `${htmlUrl(forge, repository)}/commit/${commit.sha}`,
    author: personOf(forge, commit.author),
    committer: personOf(forge, commit.committer),
    added: changes.filter((change) => change.old === null).map(({ path }) => path),
    removed: changes.filter((change) => change.new === null).map(({ path }) => path),
    modified: changes.filter((change) => change.old && change.new).map(({ path }) => path),
  };
}

/** Commits that came with a change, newest first: those of a new branch are what the default branch has not. */
async function broughtBy(bare: BareRepository, repository: Repository, change: RefChange): Promise<readonly string[]> {
  if (change.after === null || !branchOf(change.ref)) return [];
  const trunk = bare.refs.get(`refs/heads/${repository.defaultBranch}`);
  const from = change.before ?? (trunk === change.after ? undefined : trunk);
  if (from && (await bare.read(from))) return (await relate(bare, from, change.after)).ahead.slice(0, setLimit);
  return listCommits(bare, change.after, { skip: 0, limit: commitLimit });
}

/** Tells a change of a ref in the words of GitHub's `push` event. */
export async function pushStory(
  forge: Forge,
  repository: Repository,
  user: User,
  change: RefChange,
): Promise<PushStory> {
  const bare = forge.git.at(repository.directory);
  const { ref, before, after } = change;
  const brought = await broughtBy(bare, repository, change);
  const commits = await Promise.all(brought.slice(0, commitLimit).map((sha) => readCommit(bare, sha)));
  const stories = await Promise.all(
    commits.flatMap((commit) => (commit ? [commitStory(forge, repository, bare, commit)] : [])),
  );
  const tip = after === null ? undefined : await readCommit(bare, after);
  const forced = before !== null && after !== null && !(await isAncestor(bare, before, after));
  return {
    brought: new Set(brought),
    payload: {
      ref,
      before: before ?? zeroSha,
      after: after ?? zeroSha,
      base_ref: null,
      created: before === null,
      deleted: after === null,
      forced,
      compare: `${htmlUrl(forge, repository)}/compare/${(before ?? zeroSha).slice(0, 12)}...${(after ?? zeroSha).slice(0, 12)}`,
      commits: stories.reverse(),
      head_commit: tip ? await commitStory(forge, repository, bare, tip) : null,
      pusher: { name: user.login, email: user.email ?? `${user.login}@users.noreply.${new URL(forge.url).hostname}` },
    },
  };
}
