import { setTimeout as sleep } from "node:timers/promises";
import type { Check, Forge, Role, Slug } from "../../src/reconcilers/forge-port.ts";
import type { MergeMethod } from "../../src/schema/merge-rule.ts";

/** One host with a forge over it, and a person who works on it. Names are `owner/name`. */
export interface ForgeFixture {
  readonly forge: Forge;
  /** Login of the person who does what the fixture does, and who owns the repositories. */
  readonly person: string;
  /** Makes a repository with `a.txt` on main, and gives its first commit. */
  create(name: string): Promise<string>;
  /** Commits onto a branch, which is made from main where it is missing, and gives the commit. */
  commit(name: string, branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** Opens a pull request as a person does, and gives its number. */
  open(name: string, branch: string): Promise<number>;
  close(name: string, number: number): Promise<void>;
  /** How many pull requests there are. */
  pulls(name: string): Promise<number>;
  /** What stands below a pull request, oldest first, as it was written. */
  comments(name: string, number: number): Promise<readonly string[]>;
  /** Comments as the person, and gives the comment's id. */
  say(name: string, number: number, body: string): Promise<number>;
  /** Reports a check of a commit. */
  status(name: string, sha: string, check: string, state: Check["state"]): Promise<void>;
  /** Makes these checks, and no others, a condition of merging into a branch. */
  require(name: string, base: string, checks: readonly string[]): Promise<void>;
  rename(name: string, to: string): Promise<void>;
  archive(name: string): Promise<void>;
  /** Gives somebody this role in the repository, and tells who it is; undefined where the host has no such role. */
  member(name: string, role: Exclude<Role, "None">): Promise<string | undefined>;
  /** Makes a label that pull requests of the repository may have. */
  label(name: string, label: string): Promise<void>;
  /** What a pull request has, each list sorted. */
  decoration(name: string, number: number): Promise<Decoration>;
  /** Makes a tag as the person. */
  tag(name: string, tag: string, sha: string): Promise<void>;
  /** Names of all tags, sorted. */
  tags(name: string): Promise<readonly string[]>;
  /** Makes the release of a tag as the person. */
  release(
    name: string,
    release: { readonly tag: string; readonly title: string; readonly body: string },
  ): Promise<void>;
  /** All releases, drafts too: tag and title, sorted. */
  releases(name: string): Promise<readonly (readonly [tag: string, title: string])[]>;
  /** A file of a published release, as the person downloads it. */
  download(name: string, tag: string, asset: string): Promise<Uint8Array>;
  /** Reviews a pull request as it is now, as somebody whom `member` gave. A `Remark` is neither a yes nor a no. */
  review(name: string, number: number, by: string, says: "Yes" | "No" | "Remark"): Promise<void>;
  /** Takes back what somebody's last review said, as the person. */
  dismiss(name: string, number: number, by: string): Promise<void>;
  /** Allows these ways to merge, and no others. */
  allow(name: string, methods: readonly MergeMethod[]): Promise<void>;
  /** Switches the host's own merging on or off for a repository; absent where it is always on, or never. */
  offerAutoMerge?(name: string, on: boolean): Promise<void>;
  /** Merge queues; absent where the host has none. */
  readonly queue?: {
    /** Lets a branch be changed through its queue alone. */
    require(name: string, base: string): Promise<void>;
    /** Commits that wait in queues for their checks, in the order of the queue. */
    groups(name: string): Promise<readonly string[]>;
  };
  /** The host does not tell who closed a pull request. */
  readonly hidesCloser?: boolean;
  stop(): Promise<void>;
}

export interface Decoration {
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
}

/** A signal that never aborts. */
export const { signal } = new AbortController();

/** What pull requests of the suite say. */
export const text = { title: "Change it", body: "Why.\n\n- so\n" };

/** A repository with a branch `change` that is one commit ahead of main. */
export interface Place {
  readonly at: Slug;
  /** `owner/name`. */
  readonly id: string;
  /** First commit of main. */
  readonly first: string;
  /** Tip of `change`. */
  readonly sha: string;
}

/** What the tests of one suite share. */
export interface Suite {
  /** The host, once the suite has begun. */
  readonly host: () => ForgeFixture;
  readonly repository: () => Promise<Place>;
  /** Opens a pull request from `change` to main by the forge. */
  readonly open: (at: Slug, branch?: string) => ReturnType<Forge["pulls"]["open"]>;
}

/** Reads until it is as wanted, since hosts do much in the background; gives the last reading after 15 s. */
export async function eventually<T>(read: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const value = await read();
    if (isWanted(value) || performance.now() > deadline) return value;
    await sleep(50);
  }
}
