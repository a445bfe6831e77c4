import type { ForgeCall } from "../../reconcilers/forge-port.ts";
import type { Api, Call, Outcome, Page, Write } from "./api.ts";
import type { GiteaPull } from "./pull-request.ts";
import type { GiteaRelease } from "./releases.ts";

/** A commit that nobody has made. */
export const noCommit = "0".repeat(40);
const never = "1970-01-01T00:00:00Z";

/** Sends reads, keeps writes, and answers those as Gitea would have; what they change is shown to reads. */
export class RehearsedApi implements Api {
  readonly #api: Api;
  readonly #calls: ForgeCall[] = [];
  readonly #shown = new Map<string, unknown>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** What would have been written, in order. */
  get calls(): readonly ForgeCall[] {
    return [...this.#calls];
  }

  async get<T>(call: Call): Promise<Page<T>> {
    return (await this.#imagined<T>(call)) ?? this.#api.get<T>(call);
  }

  async getOr<T>(call: Call, ...statuses: readonly number[]): Promise<Page<T> | undefined> {
    return (await this.#imagined<T>(call)) ?? this.#api.getOr<T>(call, ...statuses);
  }

  async send<T>({ method, path, body, content, signal, pretend, shownAt }: Write<T>): Promise<Outcome<T>> {
    signal.throwIfAborted();
    this.#calls.push({ method, path, body: content ? { bytes: content.byteLength } : body });
    const data = await pretend();
    if (shownAt !== undefined) this.#shown.set(shownAt, data);
    return { is: "done", data };
  }

  /** Of a pull request that was only imagined, which has the number 0, nothing can be asked elsewhere. */
  async #imagined<T>({ path, signal }: Call): Promise<Page<T> | undefined> {
    signal.throwIfAborted();
    if (this.#shown.has(path)) return { data: this.#shown.get(path) as T, total: undefined };
    // A tag is git's to make, and in a rehearsal nobody has made it.
    if (/^\/repos\/[^/]+\/[^/]+\/tags\//.test(path)) return { data: {} as T, total: undefined };
    return /\/(issues|pulls)\/0\/[a-z]+(\?|$)/.test(path) ? { data: [] as T, total: 0 } : undefined;
  }
}

/** A pull request that would be opened. */
export function imaginedPull(wanted: {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}): GiteaPull {
  const side = (label: string) => ({ label, ref: label, sha: noCommit, repo_id: 0 });
  return {
    number: 0,
    html_url: "",
    state: "open",
    title: wanted.title,
    body: wanted.body,
    draft: false,
    merged: false,
    merge_commit_sha: null,
    mergeable: false,
    head: side(wanted.head),
    base: side(wanted.base),
    comments: 0,
    created_at: never,
    updated_at: never,
    closed_at: null,
    user: { id: 0, login: "" },
    assignees: [],
    labels: [],
  };
}

/** A release that would be made. */
export function imaginedRelease(
  wanted: Pick<GiteaRelease, "tag_name" | "name" | "body" | "draft" | "prerelease">,
): GiteaRelease {
  return { ...wanted, id: 0, html_url: "", assets: [] };
}
