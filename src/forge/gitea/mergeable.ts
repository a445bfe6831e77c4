import type { Clock } from "../../reconcilers/ports.ts";
import type { GiteaPull } from "./pull-request.ts";

/** So long "not mergeable" has to be Gitea's word on the same two commits before it counts as a conflict. */
const settleMs = 5_000;
const maxKept = 2_000;

/**
 * Gitea says that a pull request is not mergeable while it has yet to find out, which it does after every push to either
 * side. Only time tells the one from the other: a conflict stays.
 */
export class Mergeability {
  readonly #clock: Pick<Clock, "now">;
  readonly #said = new Map<string, { readonly commits: string; readonly since: number }>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Undefined while nobody knows. `key` names the pull request among all. */
  of(key: string, pull: GiteaPull): boolean | undefined {
    if (pull.state !== "open") {
      this.#said.delete(key);
      return undefined;
    }
    if (pull.mergeable) {
      this.#said.delete(key);
      return true;
    }
    // A draft is never mergeable, conflict or not.
    if (pull.draft) return undefined;
    const now = this.#clock.now().getTime();
    const commits = `${pull.head.sha} ${pull.base.sha}`;
    const said = this.#said.get(key);
    if (said?.commits === commits) return now - said.since >= settleMs ? false : undefined;
    this.#said.delete(key);
    this.#said.set(key, { commits, since: now });
    for (const oldest of this.#said.keys()) {
      if (this.#said.size <= maxKept) break;
      this.#said.delete(oldest);
    }
    return undefined;
  }
}
