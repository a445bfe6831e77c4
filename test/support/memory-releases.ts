import { ForgeError } from "../../src/reconcilers/errors.ts";
import type { Slug } from "../../src/reconcilers/forge-port.ts";
import type { ForgeRelease, Releases } from "../../src/reconcilers/forge-release-port.ts";
import type { MemoryHost, MemoryRelease, MemoryRepository } from "./memory-host.ts";
import { known, slugOf, urlOf, writable } from "./memory-pulls.ts";

/** Releases of the memory host. */
export class MemoryReleases implements Releases {
  readonly #host: MemoryHost;

  constructor(host: MemoryHost) {
    this.#host = host;
  }

  find(at: Slug, tag: string, signal: AbortSignal): Promise<ForgeRelease | undefined> {
    return this.#host.faults.run("releases.find", signal, () => {
      const repository = known(this.#host, at);
      const found = releaseOf(repository, tag);
      return found && shown(repository, found);
    });
  }

  publish(at: Slug, release: Parameters<Releases["publish"]>[1], signal: AbortSignal): Promise<ForgeRelease> {
    return this.#host.faults.run("releases.publish", signal, () => {
      const repository = writable(this.#host, at);
      const there = releaseOf(repository, release.tag);
      if (there) return shown(repository, there);
      if (!repository.tags.has(release.tag))
        throw new ForgeError("conflict", `could not publish ${release.tag} of ${slugOf(at)}: there is no such tag`);
      const { tag, title, body, isDraft, isPreRelease, isLatest } = release;
      const made: MemoryRelease = { tag, title, body, isDraft, isPreRelease, isLatest, assets: new Map() };
      repository.releases.push(made);
      this.#host.record("millrace", "publish", repository, tag);
      return shown(repository, made);
    });
  }

  revise(
    at: Slug,
    { tag, title, body }: Pick<ForgeRelease, "tag" | "title" | "body">,
    signal: AbortSignal,
  ): Promise<ForgeRelease | undefined> {
    return this.#host.faults.run("releases.revise", signal, () => {
      const repository = writable(this.#host, at);
      const found = releaseOf(repository, tag);
      if (found && (found.title !== title || found.body !== body)) {
        Object.assign(found, { title, body });
        this.#host.record("millrace", "revise", repository, tag);
      }
      return found && shown(repository, found);
    });
  }

  attach(
    at: Slug,
    { tag, name, content }: { readonly tag: string; readonly name: string; readonly content: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    return this.#host.faults.run("releases.attach", signal, () => {
      const repository = writable(this.#host, at);
      const doing = `could not attach ${name} to ${tag} of ${slugOf(at)}`;
      const found = releaseOf(repository, tag);
      if (!found) throw new ForgeError("absent", `${doing}: there is no such release`);
      const there = found.assets.get(name);
      if (there?.byteLength === content.byteLength) return;
      if (there) throw new ForgeError("conflict", `${doing}: another file of that name is there`);
      found.assets.set(name, content);
      this.#host.record("millrace", "attach", repository, tag);
    });
  }
}

const releaseOf = ({ releases }: MemoryRepository, tag: string): MemoryRelease | undefined =>
  releases.find((each) => each.tag === tag);

function shown(repository: MemoryRepository, release: MemoryRelease): ForgeRelease {
  const { tag, title, body, isDraft, isPreRelease, assets } = release;
  return {
    ...{ tag, title, body, isDraft, isPreRelease, url: `${urlOf(repository)}/releases/${tag}` },
    assets: [...assets].map(([name, { byteLength: bytes }]) => ({ name, bytes })),
  };
}
