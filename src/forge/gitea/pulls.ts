import { ForgeError } from "../../reconcilers/errors.ts";
import type {
  Check,
  Comment,
  MergeResult,
  ProposalText,
  PullRequest,
  Pulls,
  Slug,
} from "../../reconcilers/forge-port.ts";
import type { Clock } from "../../reconcilers/ports.ts";
import { title } from "../call.ts";
import { sameText } from "../pull-request.ts";
import { type Api, done, repoPath } from "./api.ts";
import { approvalsOf } from "./approvals.ts";
import type { BranchIndex } from "./branch-index.ts";
import type { Checks } from "./checks.ts";
import { Comments } from "./comments.ts";
import { decorate, type Wish } from "./decorate.ts";
import { type HandOver, type How, Merges } from "./merge.ts";
import { openPull } from "./open.ts";
import { type GiteaPull, isFrom } from "./pull-request.ts";
import { type PullAt, Reader } from "./reader.ts";
import type { Repositories } from "./repositories.ts";
import { shownTitle, storedTitle } from "./title.ts";

/** What is read of a host once for all, whether it is meant or rehearsed. */
export interface Shared {
  readonly repositories: Repositories;
  readonly index: BranchIndex;
  readonly checks: Checks;
  /** The account that we are. */
  readonly own: (signal: AbortSignal) => Promise<string>;
}

/** Pull requests on Gitea. */
export class GiteaPulls implements Pulls {
  readonly #shared: Shared;
  readonly #reader: Reader;
  readonly #comments: Comments;
  readonly #merges: Merges;

  constructor(api: Api, clock: Clock, shared: Shared) {
    this.#shared = shared;
    this.#reader = new Reader(api, clock);
    this.#comments = new Comments(this.#reader, shared.own);
    this.#merges = new Merges(this.#reader, shared.checks, clock);
  }

  async find(at: Slug, branch: string, signal: AbortSignal): Promise<PullRequest | undefined> {
    const place = this.#shared.repositories.now(at);
    for (const isLast of [false, true]) {
      const newest = await this.#shared.index.newest(place, branch, signal);
      if (!newest) return undefined;
      const { number, seen } = newest;
      // To be read by its number is what makes Gitea look whether an old one can be merged.
      const isSettled = seen && (seen.state !== "open" || seen.mergeable);
      const found = isSettled ? seen : await this.#reader.raw({ at: place, number, signal });
      if (found && isFrom(found, branch)) return this.#reader.told(place, found, signal);
      this.#shared.index.forget(place);
      if (isLast) return undefined;
    }
    return undefined;
  }

  async get(at: Slug, number: number, signal: AbortSignal): Promise<PullRequest | undefined> {
    const pull = this.#at(at, number, signal);
    const found = await this.#reader.raw(pull);
    return found && this.#reader.told(pull.at, found, signal);
  }

  async open(
    at: Slug,
    from: { readonly branch: string; readonly base: string },
    text: ProposalText & { readonly draft?: boolean },
    signal: AbortSignal,
  ): Promise<PullRequest> {
    const place = this.#at(at, 0, signal).at;
    const opened = await openPull(
      { api: this.#reader.api, repositories: this.#shared.repositories },
      place,
      { ...from, ...text },
      signal,
    );
    return this.#reader.told(place, opened, signal);
  }

  async revise(at: Slug, pull: PullRequest, text: ProposalText, signal: AbortSignal): Promise<PullRequest> {
    const stored = storedTitle(text.title, pull.draft);
    const isSame = pull.title === (pull.draft ? shownTitle(stored) : stored) && sameText(pull.body, text.body);
    if (isSame) return pull;
    const place = this.#shared.repositories.now(at);
    const doing = `change the text of pull request #${pull.number} of ${title(at)}`;
    const path = repoPath(place, `/pulls/${pull.number}`);
    const body = { title: stored, body: text.body };
    const pretend = async () => {
      const now = await this.#reader.raw({ at: place, number: pull.number, signal });
      if (!now) throw new ForgeError("absent", `could not ${doing}: it is not there`);
      return { ...now, ...body };
    };
    const write = { doing, path, signal, method: "PATCH" as const, body, pretend, shownAt: path };
    const changed = done(await this.#reader.api.send<GiteaPull>(write), doing);
    return this.#reader.told(place, changed, signal);
  }

  async decorate(at: Slug, number: number, wish: Wish, signal: AbortSignal): Promise<{ unknown: readonly string[] }> {
    return { unknown: await decorate(this.#reader, this.#at(at, number, signal), wish) };
  }

  comments(at: Slug, number: number, after: number, signal: AbortSignal): Promise<readonly Comment[]> {
    return this.#comments.after(this.#at(at, number, signal), after);
  }

  comment(
    at: Slug,
    number: number,
    comment: { readonly body: string; readonly mark: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    return this.#comments.write(this.#at(at, number, signal), comment);
  }

  approvals(at: Slug, number: number, signal: AbortSignal): ReturnType<Pulls["approvals"]> {
    return approvalsOf(this.#reader, this.#at(at, number, signal));
  }

  async closedBy(at: Slug, number: number, signal: AbortSignal): Promise<{ by: string; at: Date } | undefined> {
    const pull = this.#at(at, number, signal);
    const found = await this.#reader.raw(pull);
    if (!found || found.merged || found.state === "open") return undefined;
    return this.#reader.timeline.closedBy(pull.at, found, signal);
  }

  checks(
    at: Slug,
    commit: { readonly sha: string; readonly base: string },
    signal: AbortSignal,
  ): Promise<readonly Check[]> {
    return this.#shared.checks.of(this.#shared.repositories.now(at), commit, signal);
  }

  merge(at: Slug, number: number, how: How, signal: AbortSignal): Promise<MergeResult> {
    return this.#merges.merge(this.#at(at, number, signal), how);
  }

  handOver(at: Slug, number: number, how: How, signal: AbortSignal): Promise<HandOver> {
    return this.#merges.handOver(this.#at(at, number, signal), how);
  }

  close(at: Slug, number: number, comment: string, signal: AbortSignal): Promise<void> {
    return this.#comments.close(this.#at(at, number, signal), comment);
  }

  #at(at: Slug, number: number, signal: AbortSignal): PullAt {
    return { at: this.#shared.repositories.now(at), number, signal };
  }
}
