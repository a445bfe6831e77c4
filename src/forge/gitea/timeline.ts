import type { Slug } from "../../reconcilers/forge-port.ts";
import type { Clock } from "../../reconcilers/ports.ts";
import { title } from "../call.ts";
import { type Api, allPages, repoPath } from "./api.ts";
import type { GiteaPull, GiteaUser } from "./pull-request.ts";

/** What happened to a pull request. */
export interface GiteaEvent {
  readonly id: number;
  readonly type: string;
  readonly user: GiteaUser | null;
  readonly created_at: string;
}

interface Known {
  readonly updatedAt: string;
  readonly isScheduled: boolean;
}

const maxKept = 2_000;
/** Of 50 events each. */
const maxPages = 100;
/** Gitea's times are whole seconds, and its clock may differ from ours: what is younger may still go on. */
const settleMs = 5_000;

/** Whether Gitea was last told to merge it when its checks succeed, and not told otherwise since; `before` where it was told nothing. */
export const isScheduledBy = (events: readonly GiteaEvent[], before = false): boolean => {
  const told = events.filter(({ type }) => type === "pull_scheduled_merge" || type === "pull_cancel_scheduled_merge");
  const last = told.sort((a, b) => a.id - b.id).at(-1);
  return last ? last.type === "pull_scheduled_merge" : before;
};

/** What Gitea tells of a pull request in its timeline alone: a merge that it is to make by itself, and who closed it. */
export class Timeline {
  readonly #api: Api;
  readonly #clock: Pick<Clock, "now">;
  readonly #known = new Map<string, Known>();

  constructor(api: Api, clock: Pick<Clock, "now">) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Read again only when something happened to the pull request since, and then from there on. */
  async isScheduled(at: Slug, pull: GiteaPull, signal: AbortSignal): Promise<boolean> {
    const key = `${title(at)}#${pull.number}`;
    const known = this.#known.get(key);
    if (known?.updatedAt === pull.updated_at) return known.isScheduled;
    const isScheduled = isScheduledBy(
      await this.#events(at, pull.number, signal, known?.updatedAt),
      known?.isScheduled,
    );
    this.#known.delete(key);
    if (this.#clock.now().getTime() - Date.parse(pull.updated_at) < settleMs) return isScheduled;
    this.#known.set(key, { updatedAt: pull.updated_at, isScheduled });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxKept) break;
      this.#known.delete(oldest);
    }
    return isScheduled;
  }

  /** Who closed it last. */
  async closedBy(
    at: Slug,
    { number, closed_at }: GiteaPull,
    signal: AbortSignal,
  ): Promise<{ readonly by: string; readonly at: Date } | undefined> {
    if (closed_at === null) return undefined;
    const events = await this.#events(at, number, signal, closed_at);
    const closed = events
      .filter(({ type }) => type === "close")
      .sort((a, b) => a.id - b.id)
      .at(-1);
    return closed?.user ? { by: closed.user.login, at: new Date(closed.created_at) } : undefined;
  }

  /** All of them, or those of this moment and later. */
  #events(at: Slug, number: number, signal: AbortSignal, moment?: string): Promise<GiteaEvent[]> {
    const doing = `read what happened to pull request #${number} of ${title(at)}`;
    const since = moment === undefined ? undefined : new Date(Date.parse(moment) - 1_000).toISOString();
    const query = since === undefined ? "" : `?since=${encodeURIComponent(since)}`;
    const path = repoPath(at, `/issues/${number}/timeline${query}`);
    return allPages(this.#api, { doing, path, signal }, maxPages);
  }
}
