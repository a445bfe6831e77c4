import type { Check } from "../../src/reconcilers/forge-port.ts";
import type { MergeMethod } from "../../src/schema/merge-rule.ts";
import { type MemoryHost, type MemoryPull, type MemoryRelease, withChanges } from "./memory-host.ts";
import { mergePull } from "./memory-merge.ts";

/** Somebody who works on the host without asking us. `slug` is `owner/name`; throws where the host would refuse. */
export class Person {
  readonly #host: MemoryHost;

  constructor(host: MemoryHost) {
    this.#host = host;
  }

  /** Adds a commit to a branch, which is made from the default branch when it is not there. Undefined removes a file. */
  push(
    slug: string,
    branch: string,
    changes: Readonly<Record<string, string | undefined>>,
    message = "By hand",
  ): string {
    const repository = this.#host.get(slug);
    const from = repository.heads.get(branch) ?? repository.heads.get(repository.defaultBranch);
    const files = withChanges(repository.commits.get(from ?? "")?.files ?? new Map(), changes);
    const { sha } = this.#host.write(repository, { parents: from ? [from] : [], files, message: `${message}\n` });
    this.#host.move(repository, branch, sha);
    this.#host.record("person", "push", repository, branch);
    return sha;
  }

  /** Replaces the tip of a branch by one with another message, author and, if given, other files. */
  amend(slug: string, branch: string, changes: Readonly<Record<string, string | undefined>> = {}): string {
    const repository = this.#host.get(slug);
    const tip = repository.commits.get(repository.heads.get(branch) ?? "");
    if (!tip) throw new Error(`${slug} has no branch ${branch}`);
    const message = `${tip.message.trimEnd()} (amended)\n`;
    const files = withChanges(tip.files, changes);
    const { sha } = this.#host.write(repository, { parents: tip.parents, files, message });
    this.#host.move(repository, branch, sha);
    this.#host.record("person", "push", repository, branch);
    return sha;
  }

  /** Points a branch anywhere. */
  reset(slug: string, branch: string, sha: string): void {
    const repository = this.#host.get(slug);
    this.#host.move(repository, branch, sha);
    this.#host.record("person", "push", repository, branch);
  }

  deleteBranch(slug: string, branch: string): void {
    const repository = this.#host.get(slug);
    this.#host.move(repository, branch, undefined);
    this.#host.record("person", "delete", repository, branch);
  }

  tag(slug: string, name: string, sha?: string): void {
    const repository = this.#host.get(slug);
    repository.tags.set(name, sha ?? repository.heads.get(repository.defaultBranch)!);
    this.#host.record("person", "tag", repository, name);
  }

  /** Makes the release of a tag that is there, or changes the one that is. */
  release(
    slug: string,
    tag: string,
    change: Partial<Pick<MemoryRelease, "title" | "body" | "isDraft" | "isPreRelease">> = {},
  ): MemoryRelease {
    const repository = this.#host.get(slug);
    if (!repository.tags.has(tag)) throw new Error(`${slug} has no tag ${tag}`);
    const there = repository.releases.find((each) => each.tag === tag);
    const blank = { title: tag, body: "", isDraft: false, isPreRelease: false, isLatest: undefined };
    const made = Object.assign(there ?? { tag, ...blank, assets: new Map<string, Uint8Array>() }, change);
    if (!there) repository.releases.push(made);
    this.#host.record("person", there ? "revise" : "publish", repository, tag);
    return made;
  }

  /** Takes the release of a tag away; the tag stays. */
  unrelease(slug: string, tag: string): void {
    const repository = this.#host.get(slug);
    const index = repository.releases.findIndex((each) => each.tag === tag);
    if (index < 0) throw new Error(`${slug} has no release ${tag}`);
    repository.releases.splice(index, 1);
    this.#host.record("person", "delete", repository, tag);
  }

  /** Says yes or no to a pull request as it is now; `Dismissed` takes back what was said. */
  review(slug: string, number: number, says: "Yes" | "No" | "Dismissed" = "Yes", by = "pat"): void {
    const pull = this.#pull(slug, number);
    if (says === "Dismissed") pull.reviews.delete(by);
    else pull.reviews.set(by, { says, sha: pull.headSha });
    this.#host.record("person", "review", this.#host.get(slug), `#${number}`);
  }

  merge(slug: string, number: number, method: MergeMethod = "Squash"): string {
    const repository = this.#host.get(slug);
    const sha = mergePull(this.#host, repository, this.#pull(slug, number, "Open"), method);
    if (!sha) throw new Error(`#${number} of ${slug} has conflicts`);
    this.#host.record("person", "merge", repository, `#${number}`);
    return sha;
  }

  close(slug: string, number: number, by = "pat"): void {
    const pull = this.#pull(slug, number, "Open");
    Object.assign(pull, { state: "Closed", closed: { by, at: this.#host.now() }, handedOver: undefined });
    this.#host.record("person", "close", this.#host.get(slug), `#${number}`);
  }

  reopen(slug: string, number: number): void {
    Object.assign(this.#pull(slug, number, "Closed"), { state: "Open", closed: undefined });
    this.#host.record("person", "open", this.#host.get(slug), `#${number}`);
  }

  /** Rewrites title, body or draft state. */
  edit(slug: string, number: number, change: Partial<Pick<MemoryPull, "title" | "body" | "draft">>): void {
    Object.assign(this.#pull(slug, number), change);
    this.#host.record("person", "revise", this.#host.get(slug), `#${number}`);
  }

  /** Says something below a pull request, and gives the comment's id. */
  comment(slug: string, number: number, body: string, author = "pat", isBot = false): number {
    const { id } = this.#host.comment(this.#pull(slug, number), { author, isBot, body, mark: undefined });
    this.#host.record("person", "comment", this.#host.get(slug), `#${number}`);
    return id;
  }

  /** Changes the labels, as people do by hand. */
  label(slug: string, number: number, labels: readonly string[]): void {
    const pull = this.#pull(slug, number);
    pull.labels.splice(0, pull.labels.length, ...labels);
    this.#host.record("person", "decorate", this.#host.get(slug), `#${number}`);
  }

  /** Takes a pull request out of the host's queue, as a failed test of the queue does. */
  dequeue(slug: string, number: number): void {
    this.#pull(slug, number, "Open").handedOver = undefined;
    this.#host.record("person", "revise", this.#host.get(slug), `#${number}`);
  }

  /** The host merges what it was given, as its queue does in time. */
  runQueue(slug: string): void {
    const repository = this.#host.get(slug);
    for (const pull of repository.pulls.filter(({ state, handedOver }) => state === "Open" && handedOver)) {
      if (mergePull(this.#host, repository, pull, pull.handedOver!.method)) {
        this.#host.record("person", "merge", repository, `#${pull.number}`);
      }
    }
  }

  /** A check reports on a commit, by default on the tip of the pull request or branch that is named. */
  addCheck(slug: string, on: number | string, name: string, state: Check["state"]): void {
    const repository = this.#host.get(slug);
    const sha = typeof on === "number" ? this.#pull(slug, on).headSha : (repository.heads.get(on) ?? on);
    repository.checks.set(sha, (repository.checks.get(sha) ?? new Map<string, Check["state"]>()).set(name, state));
  }

  /** Branch protection: these checks must pass before anything is merged into `base`. */
  require(slug: string, base: string, ...names: string[]): void {
    this.#host.get(slug).required.set(base, names);
  }

  #pull(slug: string, number: number, state?: MemoryPull["state"]): MemoryPull {
    const pull = this.#host.get(slug).pulls[number - 1];
    if (!pull || (state && pull.state !== state))
      throw new Error(`${slug} has no ${state ?? ""} pull request #${number}`);
    return pull;
  }
}
