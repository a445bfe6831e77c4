import { type Caller, permissionOf } from "../access.ts";
import { stateOfCommit } from "../check/record.ts";
import { type Forge, findRepository } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import { listCommits, readCommit } from "../git/history.ts";
import { diffFiles, emptyTree } from "../git/patch.ts";
import { peel, resolveCommit } from "../git/revision.ts";
import { entryAt, readTree } from "../git/tree.ts";
import { assetsOf, latestRelease, releasesOf } from "../release/record.ts";
import { pulls, type Repository, repositories } from "../store/record.ts";
import { dateOf, userByEmail } from "../view/commit.ts";
import { htmlUrl } from "../view/repository.ts";
import { fileChange } from "./file-change.ts";
import { pullLine, pullOf } from "./pull-from-forge.ts";
import type {
  BranchLine,
  CommitLine,
  Content,
  PageSource,
  RepositoryCard,
  RepositorySource,
  TagLine,
  TreeLine,
} from "./source.ts";

/** What the pages show of a forge to this caller; a private repository is not there for who may not read it. */
export function pageSource(forge: Forge, caller: Caller | undefined): PageSource {
  const mayRead = (repository: Repository): boolean => permissionOf(forge.store, caller, repository) !== "none";
  return {
    now: forge.clock.now(),
    repositories: async () =>
      [...forge.store.all(repositories, "").values()].filter(mayRead).map((repository) => cardOf(forge, repository)),
    repository: async (owner, name) => {
      const found = findRepository(forge.store, owner, name);
      return found && mayRead(found.repository) ? repositorySource(forge, found.repository) : undefined;
    },
  };
}

function cardOf(forge: Forge, repository: Repository): RepositoryCard {
  const { owner, name, description, private: secret, archived, defaultBranch, pushedAt } = repository;
  const open = [...forge.store.all(pulls, repository.id).values()].filter(({ state }) => state === "open").length;
  const latest = latestRelease(forge.store, repository)?.tag ?? null;
  const rest = { openPulls: open, latestRelease: latest, cloneUrl: `${htmlUrl(forge, repository)}.git` };
  return { owner, name, description, private: secret, archived, defaultBranch, pushedAt, ...rest };
}

function repositorySource(forge: Forge, repository: Repository): RepositorySource {
  const bare = forge.git.at(repository.directory);
  const line = async (sha: string): Promise<CommitLine | undefined> => commitLine(forge, repository, bare, sha);
  return {
    card: cardOf(forge, repository),
    resolve: async (ref) => (await resolveCommit(bare, ref))?.sha,
    branches: () => branchesOf(forge, repository, bare),
    tags: () => tagsOf(forge, repository, bare),
    content: (sha, path) => contentOf(bare, sha, path),
    commits: async (sha, range) => present(await Promise.all((await listCommits(bare, sha, range)).map(line))),
    commit: async (name) => {
      const commit = await resolveCommit(bare, name);
      if (!commit) return undefined;
      const files = await diffFiles(bare, commit.parents[0] ?? emptyTree, commit.sha);
      const described = await line(commit.sha);
      return described && { commit: described, files: files.map(fileChange) };
    },
    pulls: async () =>
      [...forge.store.all(pulls, repository.id).values()].reverse().map((pull) => pullLine(forge, repository, pull)),
    pull: async (number) => {
      const pull = forge.store.get(pulls, repository.id, number);
      return pull && pullOf({ forge, repository, bare, line }, pull);
    },
  };
}

const present = <T>(values: readonly (T | undefined)[]): readonly T[] => values.filter((value) => value !== undefined);

/** A commit as a line in a list; undefined where there is none of that name. */
async function commitLine(
  forge: Forge,
  repository: Repository,
  bare: BareRepository,
  sha: string,
): Promise<CommitLine | undefined> {
  const commit = await readCommit(bare, sha);
  if (!commit) return undefined;
  const { message, author, committer, parents } = commit;
  const checks = stateOfCommit(forge.store, repository, sha);
  const by = userByEmail(forge, author.email)?.login ?? author.name;
  return { sha, message, author: by, date: dateOf(committer), parents, ...(checks ? { checks } : {}) };
}

async function branchesOf(forge: Forge, repository: Repository, bare: BareRepository): Promise<readonly BranchLine[]> {
  const rows = await Promise.all(
    bare.refs.list("refs/heads/").map(async (ref) => {
      const name = ref.name.slice("refs/heads/".length);
      const commit = await commitLine(forge, repository, bare, ref.sha);
      return commit && { name, commit, protected: forge.rules.protected(repository, name) };
    }),
  );
  // The default branch first, then what moved last.
  const isDefault = ({ name }: BranchLine): number => (name === repository.defaultBranch ? 0 : 1);
  return [...present(rows)].sort((a, b) => isDefault(a) - isDefault(b) || b.commit.date.localeCompare(a.commit.date));
}

async function tagsOf(forge: Forge, repository: Repository, bare: BareRepository): Promise<readonly TagLine[]> {
  const released = new Map(releasesOf(forge.store, repository, false).map((release) => [release.tag, release]));
  const rows = await Promise.all(
    bare.refs.list("refs/tags/").map(async (ref) => {
      const name = ref.name.slice("refs/tags/".length);
      const sha = await peel(bare, ref.sha);
      const date = await readCommit(bare, sha).then((commit) => commit?.committer.when ?? 0);
      const release = released.get(name);
      const assets = release ? assetsOf(forge.store, repository, release.id) : [];
      const { prerelease = false, body, name: title } = release ?? {};
      return {
        date,
        line: { name, sha, release: release && { name: title ?? name, body: body ?? "", prerelease, assets } },
      };
    }),
  );
  return rows
    .sort((a, b) => b.date - a.date || b.line.name.localeCompare(a.line.name, "en", { numeric: true }))
    .map(({ line }) => line);
}

const kinds: Readonly<Record<string, TreeLine["kind"]>> = {
  "040000": "folder",
  "120000": "link",
  "160000": "submodule",
};

async function contentOf(bare: BareRepository, sha: string, path: string): Promise<Content | undefined> {
  const commit = await readCommit(bare, sha);
  const entry = commit && (await entryAt(bare, commit.tree, path));
  if (!entry) return undefined;
  const entries = await readTree(bare, entry.sha);
  if (entries) {
    const lines = entries.map(({ name, mode }) => ({ name, kind: kinds[mode] ?? "file", size: undefined }) as const);
    return { kind: "folder", entries: lines };
  }
  const body = (await bare.read(entry.sha))?.body;
  if (!body) return undefined;
  const isBinary = body.subarray(0, 8000).includes(0);
  return isBinary
    ? { kind: "binary", size: body.length }
    : { kind: "text", text: body.toString("utf8"), size: body.length };
}
