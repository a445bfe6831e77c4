import type { Repository } from "../../../schema/repository.ts";
import { WaitingError } from "../../errors.ts";
import type { Forges } from "../../forge-port.ts";
import type { Lookup } from "../../ports.ts";
import { slugOf, wayTo } from "../../way.ts";

/** How many checksums to remember: what is followed moves on, and old heads are not asked for again. */
const limit = 256;

/** Checksums of archives, each asked for once: an archive is large, and a whole fleet follows the same commit. */
export class Archives {
  readonly #forges: Forges;
  readonly #lookup: Lookup;
  readonly #known = new Map<string, string>();
  readonly #asked = new Map<string, Promise<string>>();

  constructor(forges: Forges, lookup: Lookup) {
    this.#forges = forges;
    this.#lookup = lookup;
  }

  /** SHA-256, in hex, of the archive of a commit. Rejects as the Forge port does, or with a WaitingError. */
  async sha256(repository: Repository, commit: string, signal: AbortSignal): Promise<string> {
    const { namespace, uid } = repository.metadata;
    const key = `${namespace}/${uid}/${repository.spec.owner}/${repository.spec.name}@${commit}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const asked = this.#asked.get(key) ?? this.#ask(key, repository, commit, signal);
    return asked;
  }

  #ask(key: string, repository: Repository, commit: string, signal: AbortSignal): Promise<string> {
    const asked = this.#answer(repository, commit, signal)
      .then((sha256) => {
        this.#known.set(key, sha256);
        if (this.#known.size > limit) this.#known.delete(this.#known.keys().next().value!);
        return sha256;
      })
      // Neither answers nor failures stay: the next turn asks anew, under its own deadline.
      .finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  async #answer(repository: Repository, commit: string, signal: AbortSignal): Promise<string> {
    const way = wayTo(this.#lookup, repository.metadata.namespace, repository.metadata.name);
    if (way.is === "shut") throw new WaitingError(way.finding.reason, way.finding.message);
    const host = await this.#forges.of(way.forge, signal);
    return host.archiveSha256(slugOf(repository), commit, signal);
  }
}
