import type { Check, Comment, MergeResult, ProposalText, PullRequest, Pulls, Slug } from "../reconcilers/forge-port.ts";
import type { MergeMethod } from "../schema/merge-rule.ts";
import { approvalsOf } from "./approvals.ts";
import { call, named, type Rest, title } from "./call.ts";
import type { Checks } from "./checks.ts";
import { closePull } from "./close.ts";
import { closedBy } from "./closed-by.ts";
import type { Conversations } from "./conversation.ts";
import { decoratePull, type Wish } from "./decorate.ts";
import type { GraphQL } from "./graphql.ts";
import { type HandedOver, handOverPull } from "./hand-over.ts";
import { mergePull, type PullAt } from "./merge.ts";
import type { MergeQueues } from "./merge-queues.ts";
import { openPull } from "./open.ts";
import type { Places } from "./places.ts";
import { PullReader } from "./pull-reader.ts";
import { sameText, toPullRequest } from "./pull-request.ts";

export interface PullOptions {
  readonly rest: Rest;
  readonly graphql: GraphQL;
  readonly checks: Checks;
  readonly places: Places;
  readonly queues: MergeQueues;
  readonly conversations: Conversations;
}

/** Pull requests on GitHub. */
export class GitHubPulls implements Pulls {
  readonly #options: PullOptions;
  readonly #reader: PullReader;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#reader = new PullReader(options);
  }

  find(at: Slug, branch: string, signal: AbortSignal): Promise<PullRequest | undefined> {
    return this.#reader.find(at, branch, signal);
  }

  get(at: Slug, number: number, signal: AbortSignal): Promise<PullRequest | undefined> {
    return this.#reader.get(at, number, signal);
  }

  open(
    at: Slug,
    from: { readonly branch: string; readonly base: string },
    { title, body, draft = false }: ProposalText & { readonly draft?: boolean },
    signal: AbortSignal,
  ): Promise<PullRequest> {
    const { rest, places } = this.#options;
    return openPull({ rest, places, reader: this.#reader }, at, { ...from, title, body, draft }, signal);
  }

  decorate(
    at: Slug,
    number: number,
    wish: Wish,
    signal: AbortSignal,
  ): Promise<{ readonly unknown: readonly string[] }> {
    return decoratePull(this.#options.rest, this.#where(at, number, signal), wish);
  }

  comments(at: Slug, number: number, after: number, signal: AbortSignal): Promise<readonly Comment[]> {
    return this.#options.conversations.after(this.#where(at, number, signal), after);
  }

  comment(
    at: Slug,
    number: number,
    comment: { readonly body: string; readonly mark: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    return this.#options.conversations.write(this.#where(at, number, signal), comment);
  }

  approvals(at: Slug, number: number, signal: AbortSignal): ReturnType<Pulls["approvals"]> {
    return approvalsOf(this.#options.rest, this.#where(at, number, signal));
  }

  closedBy(
    at: Slug,
    number: number,
    signal: AbortSignal,
  ): Promise<{ readonly by: string; readonly at: Date } | undefined> {
    return closedBy(this.#options.rest, this.#where(at, number, signal));
  }

  async revise(at: Slug, pull: PullRequest, text: ProposalText, signal: AbortSignal): Promise<PullRequest> {
    if (pull.title === text.title && sameText(pull.body, text.body)) return pull;
    const { rest, places } = this.#options;
    const doing = `change the text of pull request #${pull.number} of ${title(at)}`;
    const where = { ...named(places.now(at)), pull_number: pull.number };
    const changed = await call(doing, signal, () => rest.pulls.update({ ...where, ...text, request: { signal } }));
    return toPullRequest(changed.data, pull.handedOver);
  }

  checks(
    at: Slug,
    commit: { readonly sha: string; readonly base: string },
    signal: AbortSignal,
  ): Promise<readonly Check[]> {
    return this.#options.checks.of(this.#options.places.now(at), commit, signal);
  }

  merge(
    at: Slug,
    number: number,
    how: { readonly sha: string; readonly method: MergeMethod },
    signal: AbortSignal,
  ): Promise<MergeResult> {
    return mergePull(this.#options.rest, this.#where(at, number, signal), how);
  }

  handOver(
    at: Slug,
    number: number,
    how: { readonly sha: string; readonly method: MergeMethod },
    signal: AbortSignal,
  ): Promise<HandedOver> {
    return handOverPull(this.#options, this.#where(at, number, signal), how);
  }

  close(at: Slug, number: number, comment: string, signal: AbortSignal): Promise<void> {
    return closePull(this.#options.rest, this.#where(at, number, signal), comment);
  }

  #where(at: Slug, number: number, signal: AbortSignal): PullAt {
    return { at: this.#options.places.now(at), number, signal };
  }
}
