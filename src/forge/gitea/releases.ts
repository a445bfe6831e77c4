import { ForgeError } from "../../reconcilers/errors.ts";
import type { Slug } from "../../reconcilers/forge-port.ts";
import type { ForgeRelease, Releases } from "../../reconcilers/forge-release-port.ts";
import { title } from "../call.ts";
import { sameText } from "../pull-request.ts";
import { type Api, done, repoPath } from "./api.ts";
import { imaginedRelease } from "./rehearsal.ts";
import type { Repositories } from "./repositories.ts";

/** The parts of Gitea's releases that are used. */
export interface GiteaRelease {
  readonly id: number;
  readonly html_url: string;
  readonly tag_name: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly assets: readonly { readonly name: string; readonly size: number }[] | null;
}

/** Releases on Gitea, which has one for each tag and none twice, and no word for the newest. */
export class GiteaReleases implements Releases {
  readonly #api: Api;
  readonly #repositories: Repositories;

  constructor(api: Api, repositories: Repositories) {
    this.#api = api;
    this.#repositories = repositories;
  }

  async find(at: Slug, tag: string, signal: AbortSignal): Promise<ForgeRelease | undefined> {
    const found = await this.#raw(at, tag, signal);
    return found && toRelease(found);
  }

  async publish(at: Slug, release: Parameters<Releases["publish"]>[1], signal: AbortSignal): Promise<ForgeRelease> {
    const { tag, title: name, body: text, isDraft: draft, isPreRelease: prerelease } = release;
    const there = await this.#raw(at, tag, signal);
    if (there) return toRelease(there);
    const place = this.#repositories.now(at);
    const doing = `publish ${tag} of ${title(at)}`;
    await this.#demandTag(place, tag, doing, signal);
    const body = { tag_name: tag, name, body: text, draft, prerelease };
    const pretend = () => imaginedRelease(body);
    const path = repoPath(place, "/releases");
    const write = { doing, path, signal, method: "POST" as const, body, pretend, shownAt: byTag(place, tag) };
    try {
      return toRelease(done(await this.#api.send<GiteaRelease>(write), doing));
    } catch (error) {
      // It may be there by now: made by somebody else, or by a request whose answer got lost.
      const isDoubtful = error instanceof ForgeError && (error.code === "conflict" || error.code === "unavailable");
      const made = isDoubtful ? await this.#raw(at, tag, signal) : undefined;
      if (!made) throw error;
      return toRelease(made);
    }
  }

  async revise(
    at: Slug,
    { tag, title: name, body: text }: Pick<ForgeRelease, "tag" | "title" | "body">,
    signal: AbortSignal,
  ): Promise<ForgeRelease | undefined> {
    const there = await this.#raw(at, tag, signal);
    if (!there || (there.name === name && sameText(shownText(there), text))) return there && toRelease(there);
    const place = this.#repositories.now(at);
    const doing = `change the text of release ${tag} of ${title(at)}`;
    const path = repoPath(place, `/releases/${there.id}`);
    const body = { name, body: text === "" ? blank : text };
    const pretend = () => ({ ...there, ...body });
    const write = { doing, path, signal, method: "PATCH" as const, body, pretend, shownAt: byTag(place, tag) };
    return toRelease(done(await this.#api.send<GiteaRelease>(write), doing));
  }

  async attach(
    at: Slug,
    { tag, name, content }: { readonly tag: string; readonly name: string; readonly content: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    const doing = `attach ${name} to release ${tag} of ${title(at)}`;
    const place = this.#repositories.now(at);
    const found = await this.#raw(at, tag, signal);
    if (!found) throw new ForgeError("absent", `could not ${doing}: there is no such release`);
    if (holds(found, name, content, doing)) return;
    const path = repoPath(place, `/releases/${found.id}/assets?name=${encodeURIComponent(name)}`);
    const assets = [...(found.assets ?? []), { name, size: content.byteLength }];
    const pretend = () => ({ ...found, assets });
    const write = { doing, path, signal, method: "POST" as const, content, pretend, shownAt: byTag(place, tag) };
    try {
      done(await this.#api.send(write), doing);
    } catch (error) {
      const isDoubtful = error instanceof ForgeError && error.code === "unavailable";
      const now = isDoubtful ? await this.#raw(at, tag, signal) : undefined;
      if (!now || !holds(now, name, content, doing)) throw error;
    }
  }

  async #raw(at: Slug, tag: string, signal: AbortSignal): Promise<GiteaRelease | undefined> {
    const path = byTag(this.#repositories.now(at), tag);
    return (await this.#api.getOr<GiteaRelease>({ doing: `read release ${tag} of ${title(at)}`, path, signal }, 404))
      ?.data;
  }

  /** Without the tag, Gitea would make one, wherever the default branch is by then. */
  async #demandTag(place: Slug, tag: string, doing: string, signal: AbortSignal): Promise<void> {
    const path = repoPath(place, `/tags/${encodeURIComponent(tag)}`);
    if (await this.#api.getOr({ doing, path, signal }, 404)) return;
    throw new ForgeError("conflict", `could not ${doing}: the forge has no such tag`);
  }
}

/** Gitea takes an empty text for none, and leaves the one that is there. */
const blank = "\n";
const shownText = ({ body }: GiteaRelease): string => (body === blank ? "" : body);

const byTag = (at: Slug, tag: string): string => repoPath(at, `/releases/tags/${encodeURIComponent(tag)}`);

/** Whether a release has this file. Another of that name, which somebody put there, is left alone. */
function holds({ assets }: GiteaRelease, name: string, { byteLength }: Uint8Array, doing: string): boolean {
  const there = assets?.find((asset) => asset.name === name);
  if (!there || there.size === byteLength) return there !== undefined;
  const sizes = `of ${there.size} bytes, and not of ${byteLength}`;
  throw new ForgeError("conflict", `could not ${doing}: another file of that name is there, ${sizes}; remove either`);
}

function toRelease(release: GiteaRelease): ForgeRelease {
  const { tag_name, html_url, name, draft, prerelease, assets } = release;
  return {
    ...{
      tag: tag_name,
      url: html_url,
      title: name,
      body: shownText(release),
      isDraft: draft,
      isPreRelease: prerelease,
    },
    assets: (assets ?? []).map(({ name, size }) => ({ name, bytes: size })),
  };
}
