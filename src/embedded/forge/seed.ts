import { type Forge, findRepository, findUser, logTo, nowOf } from "./forge.ts";
import { writeCommit } from "./git/object.ts";
import { editTree } from "./git/tree.ts";
import { invalid, Problem } from "./http/problem.ts";
import { type Repository, repositories, repositoryNames, type User, users } from "./store/record.ts";
import type { Transaction } from "./store/store.ts";

/** A user to be made; a user of that login that exists stays as it is. */
export interface NewUser {
  readonly login: string;
  readonly type?: User["type"];
  readonly name?: string;
  readonly email?: string;
  /** May do everything everywhere. */
  readonly siteAdmin?: boolean;
}

/** Makes a user where there is none of that login. */
export function createUser(transaction: Transaction, forge: Forge, user: NewUser): User {
  const existing = findUser(transaction, user.login);
  if (existing) return existing;
  const made: User = {
    id: transaction.next("id"),
    login: user.login,
    type: user.type ?? "User",
    name: user.name ?? null,
    email: user.email ?? null,
    siteAdmin: user.siteAdmin ?? false,
    createdAt: nowOf(forge),
  };
  transaction.put(users, "", user.login.toLowerCase(), made);
  return made;
}

/** A repository to be made. */
export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly homepage?: string;
  /** `main` by default. */
  readonly defaultBranch?: string;
  /** Path to content of the first commit; without files the repository stays empty. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Message of the first commit. */
  readonly message?: string;
  /** Login of who makes it; the owner by default. */
  readonly actor?: string;
  readonly settings?: Partial<
    Pick<Repository, "allowMergeCommit" | "allowSquashMerge" | "allowRebaseMerge" | "deleteBranchOnMerge">
  >;
}

/** Names that are safe as a folder and in an address. */
export const isRepositoryName = (name: string): boolean => /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(name);

/** Makes a repository on disk and in the store; 422 where the name is taken. Gives it and its first commit. */
export async function createRepository(
  forge: Forge,
  options: NewRepository,
): Promise<{ readonly repository: Repository; readonly sha: string | null }> {
  const { owner, name } = options;
  const branch = options.defaultBranch ?? "main";
  for (const word of [owner, name]) {
    if (!isRepositoryName(word)) throw invalid({ resource: "Repository", field: "name", code: "invalid", value: word });
  }
  if (findRepository(forge.store, owner, name)?.renamed === false) throw nameTaken();
  const directory = freeDirectory(forge, owner, name);
  const bare = forge.git.create(directory, branch);
  const files = Object.entries(options.files ?? {});
  let sha: string | null = null;
  if (files.length > 0) {
    const edits = files.map(([path, content]) => ({
      path,
      entry: { mode: "100644", sha: bare.write("blob", Buffer.from(content)) },
    }));
    const tree = await editTree(bare, null, edits);
    const user = findUser(forge.store, options.actor ?? owner);
    const author = signatureOf(forge, user);
    const message = options.message ?? "Initial commit";
    sha = writeCommit(bare, { tree: tree!, parents: [], author, committer: author, message });
    bare.refs.update(`refs/heads/${branch}`, sha, null);
  }
  const repository = forge.store.transact((transaction) => record(transaction, forge, options, directory));
  return { repository, sha };
}

const nameTaken = (): Problem =>
  new Problem(422, "Repository creation failed.", {
    errors: [{ resource: "Repository", code: "custom", field: "name", message: "name already exists on this account" }],
  });

/** The folder of a name, or one beside it where a renamed repository still lives there. */
function freeDirectory(forge: Forge, owner: string, name: string): string {
  const taken = new Set([...forge.store.all(repositories, "").values()].map((each) => each.directory.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const directory = `${owner}/${name}${number > 1 ? `~${number}` : ""}.git`;
    if (!taken.has(directory.toLowerCase())) return directory;
  }
}

function record(transaction: Transaction, forge: Forge, options: NewRepository, directory: string): Repository {
  if (findRepository(transaction, options.owner, options.name)?.renamed === false) throw nameTaken();
  const now = nowOf(forge);
  const repository: Repository = {
    id: transaction.next("id"),
    owner: findUser(transaction, options.owner)?.login ?? options.owner,
    name: options.name,
    directory,
    private: options.private ?? false,
    archived: false,
    description: options.description ?? null,
    homepage: options.homepage ?? null,
    defaultBranch: options.defaultBranch ?? "main",
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    allowMergeCommit: true,
    allowSquashMerge: true,
    allowRebaseMerge: true,
    deleteBranchOnMerge: false,
    ...options.settings,
  };
  transaction.put(repositories, "", repository.id, repository);
  transaction.put(repositoryNames, "", `${repository.owner}/${repository.name}`.toLowerCase(), {
    id: repository.id,
    current: true,
  });
  const subject = `${repository.owner}/${repository.name}`;
  logTo(transaction, forge, {
    actor: options.actor ?? options.owner,
    action: "repository.create",
    subject,
    repository,
  });
  forge.events.emit(transaction, {
    name: "repository",
    action: "created",
    repository,
    sender: options.actor ?? options.owner,
    payload: {},
  });
  return repository;
}

/** Name and address of a user as commits made on its behalf have them. */
export function signatureOf(
  forge: Forge,
  user: User | undefined,
): {
  readonly name: string;
  readonly email: string;
  readonly when: number;
  readonly zone: string;
} {
  return {
    name: user?.name ?? user?.login ?? "forge",
    email: user?.email ?? `${user?.id ?? 0}+${user?.login ?? "forge"}@users.noreply.${new URL(forge.url).hostname}`,
    when: Math.floor(forge.clock.now().getTime() / 1000),
    zone: "+0000",
  };
}
