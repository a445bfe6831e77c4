import { ForgeError } from "../reconcilers/errors.ts";
import type { Slug } from "../reconcilers/forge-port.ts";
import type { ForgeRelease, Releases } from "../reconcilers/forge-release-port.ts";
import { attachAsset } from "./attach.ts";
import { call, callOr, named, type Rest, title } from "./call.ts";
import type { Places } from "./places.ts";
import { sameText } from "./pull-request.ts";
import { type GitHubRelease, toRelease } from "./release.ts";

export interface ReleaseOptions {
  readonly rest: Rest;
  readonly places: Places;
  /** Root of the API that takes files. */
  readonly uploads: string;
}

/** GitHub's most. */
const pageSize = 100;
/** GitHub shows the first 10,000 releases and no more. */
const maxPages = 100;

/** Releases on GitHub. */
export class GitHubReleases implements Releases {
  readonly #options: ReleaseOptions;

  constructor(options: ReleaseOptions) {
    this.#options = options;
  }

  async find(at: Slug, tag: string, signal: AbortSignal): Promise<ForgeRelease | undefined> {
    const found = await this.#raw(at, tag, signal);
    return found && toRelease(found);
  }

  async publish(at: Slug, release: Parameters<Releases["publish"]>[1], signal: AbortSignal): Promise<ForgeRelease> {
    const { tag, title: name, body, isDraft: draft, isPreRelease: prerelease, isLatest } = release;
    const there = await this.#raw(at, tag, signal);
    if (there) return toRelease(there);
    const doing = `publish ${tag} of ${title(at)}`;
    await this.#demandTag(at, tag, doing, signal);
    // GitHub takes every release for the newest, also one of an old line, unless it is told to look. Of these two none can be.
    const latest = isLatest === undefined ? ("legacy" as const) : (`${isLatest}` as const);
    const content = { name, body, draft, prerelease, ...(!draft && !prerelease && { make_latest: latest }) } as const;
    try {
      const { data } = await call(doing, signal, () =>
        this.#options.rest.repos.createRelease({ ...this.#named(at), tag_name: tag, ...content, request: { signal } }),
      );
      return toRelease(data);
    } catch (error) {
      // It may be there by now: made by somebody else, or by a request whose answer got lost.
      const isDoubtful = error instanceof ForgeError && (error.code === "rejected" || error.code === "unavailable");
      const made = isDoubtful ? await this.#raw(at, tag, signal) : undefined;
      if (!made) throw error;
      return toRelease(made);
    }
  }

  async revise(
    at: Slug,
    { tag, title: name, body }: Pick<ForgeRelease, "tag" | "title" | "body">,
    signal: AbortSignal,
  ): Promise<ForgeRelease | undefined> {
    const there = await this.#raw(at, tag, signal);
    if (!there || (there.name === name && sameText(there.body ?? "", body))) return there && toRelease(there);
    const { data } = await call(`change the text of release ${tag} of ${title(at)}`, signal, () =>
      this.#options.rest.repos.updateRelease({
        ...{ ...this.#named(at), release_id: there.id, name, body },
        request: { signal },
      }),
    );
    return toRelease(data);
  }

  attach(
    at: Slug,
    { tag, name, content }: { readonly tag: string; readonly name: string; readonly content: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    const { rest, uploads } = this.#options;
    const release = {
      named: this.#named(at),
      doing: `attach ${name} to release ${tag} of ${title(at)}`,
      read: () => this.#raw(at, tag, signal),
    };
    return attachAsset({ rest, uploads, release, signal }, name, content);
  }

  /** A published release is found by its tag, a draft only among all. Of several drafts it is the first. */
  async #raw(at: Slug, tag: string, signal: AbortSignal): Promise<GitHubRelease | undefined> {
    const { rest } = this.#options;
    const doing = `read release ${tag} of ${title(at)}`;
    const where = { ...this.#named(at), request: { signal } };
    const found = await callOr(doing, signal, [404], () => rest.repos.getReleaseByTag({ ...where, tag }));
    if (found) return found.data;
    const drafts: GitHubRelease[] = [];
    for (let page = 1; page <= maxPages; page++) {
      const { data } = await call(doing, signal, () => rest.repos.listReleases({ ...where, per_page: pageSize, page }));
      drafts.push(...data.filter(({ draft, tag_name }) => draft && tag_name === tag));
      if (data.length < pageSize) break;
    }
    return drafts.sort((a, b) => a.id - b.id)[0];
  }

  /** Without the tag, GitHub would make one, wherever the default branch is by then. */
  async #demandTag(at: Slug, tag: string, doing: string, signal: AbortSignal): Promise<void> {
    const found = await callOr(doing, signal, [404], () =>
      this.#options.rest.git.getRef({ ...this.#named(at), ref: `tags/${tag}`, request: { signal } }),
    );
    if (!found) throw new ForgeError("conflict", `could not ${doing}: the forge has no such tag`);
  }

  #named(at: Slug): ReturnType<typeof named> {
    return named(this.#options.places.now(at));
  }
}
