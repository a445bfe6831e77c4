import type { PullRequest, Slug } from "../../reconcilers/forge-port.ts";
import type { Clock } from "../../reconcilers/ports.ts";
import { title } from "../call.ts";
import { type Api, repoPath } from "./api.ts";
import { Mergeability } from "./mergeable.ts";
import { type GiteaPull, toPullRequest } from "./pull-request.ts";
import { Timeline } from "./timeline.ts";

/** One pull request, and how long anybody cares. */
export interface PullAt {
  readonly at: Slug;
  readonly number: number;
  readonly signal: AbortSignal;
}

/** Reads pull requests, and what Gitea tells of them in other places. */
export class Reader {
  readonly api: Api;
  readonly timeline: Timeline;
  readonly #mergeability: Mergeability;

  constructor(api: Api, clock: Pick<Clock, "now">) {
    this.api = api;
    this.timeline = new Timeline(api, clock);
    this.#mergeability = new Mergeability(clock);
  }

  /** As Gitea gives it. To read it is what makes Gitea look whether it can be merged. */
  async raw({ at, number, signal }: PullAt): Promise<GiteaPull | undefined> {
    const doing = `read pull request #${number} of ${title(at)}`;
    return (await this.api.getOr<GiteaPull>({ doing, path: repoPath(at, `/pulls/${number}`), signal }, 404))?.data;
  }

  /** In our words. */
  async told(at: Slug, pull: GiteaPull, signal: AbortSignal): Promise<PullRequest> {
    const mergeable = this.#mergeability.of(`${title(at)}#${pull.number}`, pull);
    const isOpen = pull.state === "open";
    const [handedOver, headSha] = await Promise.all([
      isOpen ? this.timeline.isScheduled(at, pull, signal) : false,
      isOpen ? pull.head.sha : this.#closedSha(at, pull, signal),
    ]);
    return toPullRequest(pull, { mergeable, handedOver, headSha });
  }

  /** A branch that is there goes on after its pull request is closed, and Gitea gives the branch's tip. */
  async #closedSha(at: Slug, { number, head }: GiteaPull, signal: AbortSignal): Promise<string> {
    if (head.ref !== head.label) return head.sha;
    const doing = `read the commit of pull request #${number} of ${title(at)}`;
    const path = repoPath(at, `/git/refs/pull/${number}/head`);
    const found = await this.api.getOr<readonly GitRef[]>({ doing, path, signal }, 404);
    return found?.data.find(({ ref }) => ref === `refs/pull/${number}/head`)?.object.sha ?? head.sha;
  }
}

interface GitRef {
  readonly ref: string;
  readonly object: { readonly sha: string };
}
