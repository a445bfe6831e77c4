import type { Check, Role, Slug } from "../../src/reconcilers/forge-port.ts";
import type { Clock, Log } from "../../src/reconcilers/ports.ts";
import type { MergeMethod } from "../../src/schema/merge-rule.ts";
import { Faults } from "./faults.ts";
import { commitId, type Files, treeId } from "./git-objects.ts";

export interface MemoryCommit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly at: Date;
  readonly files: Files;
}

/** A comment as the host keeps it. */
export interface MemoryComment {
  readonly id: number;
  readonly author: string;
  readonly isBot: boolean;
  readonly body: string;
  readonly at: Date;
  /** By what a comment of ours is found again. */
  readonly mark: string | undefined;
}

/** A release as the host keeps it. */
export interface MemoryRelease {
  readonly tag: string;
  title: string;
  body: string;
  isDraft: boolean;
  isPreRelease: boolean;
  /** Whether it was said to be the newest, or not to be; undefined where nothing was said. */
  readonly isLatest: boolean | undefined;
  readonly assets: Map<string, Uint8Array>;
}

/** A pull request as the host keeps it. */
export interface MemoryPull {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  state: "Open" | "Merged" | "Closed";
  title: string;
  body: string;
  draft: boolean;
  headSha: string;
  mergeSha: string | undefined;
  readonly openedAt: Date;
  /** Commit that the host merges by itself as soon as it may, or has in its queue. */
  handedOver: { readonly sha: string; readonly method: MergeMethod } | undefined;
  closed: { readonly by: string; readonly at: Date } | undefined;
  readonly labels: string[];
  readonly reviewers: string[];
  readonly assignees: string[];
  readonly remarks: MemoryComment[];
  /** By account: what its last review says, and of which commit. */
  readonly reviews: Map<string, { readonly says: "Yes" | "No"; readonly sha: string }>;
  /** What the remarks say. */
  readonly comments: readonly string[];
}

export interface MemoryRepository {
  slug: Slug;
  readonly defaultBranch: string;
  archived: boolean;
  canPush: boolean;
  readonly commits: Map<string, MemoryCommit>;
  readonly heads: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly pulls: MemoryPull[];
  readonly releases: MemoryRelease[];
  /** Checks by commit, then by name. */
  readonly checks: Map<string, Map<string, Check["state"]>>;
  /** Names of required checks by base branch. */
  readonly required: Map<string, readonly string[]>;
  mergeMethods: readonly MergeMethod[];
  /** Base branches that take changes only through a queue. */
  readonly queued: Set<string>;
  /** What people may do; whoever is not named may read. */
  readonly roles: Map<string, Role>;
  /** Labels and accounts that it does not know. */
  readonly unknown: Set<string>;
}

/** What may change on a host. */
type Deed =
  | ("push" | "delete" | "tag" | "publish" | "attach")
  | ("open" | "decorate" | "revise" | "enqueue" | "merge" | "close" | "comment" | "review");

/** Something that changed on the host, and who did it: `millrace` through a port, or a `person`. */
export interface Effect {
  readonly by: "millrace" | "person";
  readonly what: Deed;
  readonly repository: string;
  /** A branch, a tag, or `#` and a number. */
  readonly on: string;
}

const lines = (files: Readonly<Record<string, string>>): [string, Uint8Array][] =>
  Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]);

/** A git host in memory: what the memory forge and the memory git talk to. Its commit ids are those of real git. */
export class MemoryHost {
  readonly faults = new Faults();
  /** All that changed, oldest first. */
  readonly effects: Effect[] = [];
  readonly #clock: Pick<Clock, "now">;
  readonly #repositories = new Map<string, MemoryRepository>();
  readonly #listeners: ((effect: Effect) => void)[] = [];
  #comments = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  now(): Date {
    return this.#clock.now();
  }

  /** Hears of every effect, as a webhook would. */
  listen(hear: (effect: Effect) => void): void {
    this.#listeners.push(hear);
  }

  /** Makes `owner/name` with one commit of these files on its default branch; none at all when it shall be empty. */
  create(slug: string, files?: Readonly<Record<string, string>>, defaultBranch = "main"): MemoryRepository {
    const [owner = "", name = ""] = slug.split("/");
    const repository: MemoryRepository = {
      slug: { owner, name },
      defaultBranch,
      archived: false,
      canPush: true,
      commits: new Map(),
      heads: new Map(),
      tags: new Map(),
      pulls: [],
      releases: [],
      checks: new Map(),
      required: new Map(),
      mergeMethods: ["Merge", "Squash", "Rebase"],
      queued: new Set(),
      roles: new Map([["pat", "Write"]]),
      unknown: new Set(),
    };
    this.#repositories.set(slug, repository);
    if (files) {
      const first = this.write(repository, { parents: [], files: new Map(lines(files)), message: "First\n" });
      repository.heads.set(defaultBranch, first.sha);
    }
    return repository;
  }

  /** Undefined when there is none. Follows renames. */
  find({ owner, name }: Slug): MemoryRepository | undefined {
    return this.#repositories.get(`${owner}/${name}`);
  }

  /** Throws when there is none. */
  get(slug: string): MemoryRepository {
    const repository = this.#repositories.get(slug);
    if (!repository) throw new Error(`the memory host has no ${slug}`);
    return repository;
  }

  /** The old name goes on leading to it. */
  rename(from: string, to: string): void {
    const repository = this.get(from);
    const [owner = "", name = ""] = to.split("/");
    repository.slug = { owner, name };
    this.#repositories.set(to, repository);
  }

  remove(slug: string): void {
    this.#repositories.delete(slug);
  }

  record(by: Effect["by"], what: Effect["what"], repository: MemoryRepository, on: string): void {
    const effect = { by, what, repository: `${repository.slug.owner}/${repository.slug.name}`, on };
    this.effects.push(effect);
    for (const hear of this.#listeners) hear(effect);
  }

  /** How often Millrace, or a person, did this. */
  count(what: Effect["what"], by: Effect["by"] = "millrace"): number {
    return this.effects.filter((each) => each.what === what && each.by === by).length;
  }

  /** Stores a commit, unreferenced. */
  write(
    repository: MemoryRepository,
    commit: { readonly parents: readonly string[]; readonly files: Files; readonly message: string } & Partial<
      Pick<MemoryCommit, "author" | "at">
    >,
  ): MemoryCommit {
    const author = commit.author ?? { name: "Pat Person", email: "pat@example.com" };
    const at = commit.at ?? this.#clock.now();
    const tree = treeId(commit.files);
    const sha = commitId({ ...commit, tree, author, at });
    const made = { ...commit, author, at, tree, sha };
    repository.commits.set(sha, made);
    return made;
  }

  /** Adds a comment to a pull request. */
  comment(pull: MemoryPull, comment: Pick<MemoryComment, "author" | "isBot" | "body" | "mark">): MemoryComment {
    const made = { ...comment, id: ++this.#comments, at: this.#clock.now() };
    pull.remarks.push(made);
    return made;
  }

  /** Moves, makes or deletes a branch, with what follows for pull requests. */
  move(repository: MemoryRepository, branch: string, sha: string | undefined): void {
    if (sha) repository.heads.set(branch, sha);
    else repository.heads.delete(branch);
    for (const pull of repository.pulls.filter((each) => each.state === "Open")) settle(repository, pull, branch);
  }
}

/** What happens to an open pull request by itself when branches move. */
function settle(repository: MemoryRepository, pull: MemoryPull, moved: string): void {
  const head = repository.heads.get(pull.head);
  const base = repository.heads.get(pull.base);
  if (head === undefined || base === undefined) {
    pull.state = "Closed";
    pull.handedOver = undefined;
    return;
  }
  pull.headSha = head;
  if (pull.handedOver?.sha !== head) pull.handedOver = undefined;
  if (!isAncestor(repository, head, base)) return;
  // Somebody merged by hand; or, where the head moved, left nothing to merge.
  pull.state = moved === pull.base ? "Merged" : "Closed";
  if (moved === pull.base) pull.mergeSha = base;
}

/** Whether `old` is reachable from `young`, or is it. */
export function isAncestor(repository: MemoryRepository, old: string, young: string): boolean {
  return history(repository, young).has(old);
}

/** All commits that are reachable from this one, nearest first. */
export function history(repository: MemoryRepository, from: string): Set<string> {
  const seen = new Set([from]);
  for (const sha of seen) for (const parent of repository.commits.get(sha)?.parents ?? []) seen.add(parent);
  return seen;
}

/** Files with these changes: text, or undefined to remove. */
export function withChanges(files: Files, changes: Readonly<Record<string, string | undefined>>): Files {
  const changed = new Map(files);
  for (const [path, text] of Object.entries(changes)) {
    if (text === undefined) changed.delete(path);
    else changed.set(path, Buffer.from(text));
  }
  return changed;
}

/** A log that keeps quiet. */
export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};
