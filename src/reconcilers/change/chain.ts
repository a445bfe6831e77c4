import type { CommitFacts } from "../git-port.ts";
import type { Hands } from "./hands.ts";
import { pickMessage } from "./pick-message.ts";
import type { ChangeFacts } from "./produced.ts";

/** A file of a commit that does not apply. */
export type Conflict = NonNullable<ChangeFacts["conflicts"]>[number];

/** Commits that grow one upon the other. */
export class Chain {
  readonly #hands: Hands;
  readonly conflicts: Conflict[] = [];
  /** Commits whose changes were there already. */
  readonly applied: string[] = [];
  #tip: string;
  /** The commit that made the tip, what that was picked onto, and whether its message ends the chain. */
  #last: { readonly commit: CommitFacts; readonly onto: string; readonly isEnd: boolean } | undefined;

  constructor(base: string, hands: Hands) {
    this.#tip = base;
    this.#hands = hands;
  }

  /** Picks one more; after a conflict the next goes onto what there is. */
  async add(commit: CommitFacts, end: readonly string[]): Promise<void> {
    const onto = this.#tip;
    const picked = await this.#pick(commit, onto, end);
    if (picked.is === "applied") this.applied.push(commit.sha);
    if (picked.is === "conflict") {
      const files = picked.files.map(({ path, why }) => ({ path: path.slice(0, 1024), why: why.slice(0, 256) }));
      this.conflicts.push(...files.map((file) => ({ commit: commit.sha, ...file })));
    }
    if (picked.is !== "commit") return;
    this.#tip = picked.sha;
    this.#last = { commit, onto, isEnd: end.length > 0 };
  }

  /** The tip, whose message says whose it is. Undefined where nothing was picked. */
  async sealed(end: readonly string[]): Promise<string | undefined> {
    if (!this.#last || this.#last.isEnd) return this.#last && this.#tip;
    // What was to be the last one changes nothing, so the one before it is.
    const { commit, onto } = this.#last;
    const picked = await this.#pick(commit, onto, end);
    return picked.is === "commit" ? picked.sha : undefined;
  }

  #pick(commit: CommitFacts, onto: string, end: readonly string[]) {
    const { git, remote, signal } = this.#hands;
    return git.pick(remote, { commit: commit.sha, onto, message: pickMessage(commit, end) }, signal);
  }
}
