/**
 * What releasing needs of git and of a forge, besides what proposals do. Every call takes an AbortSignal and rejects with a
 * ForgeError and nothing else; absence is `undefined`; every write is safe to repeat. Contract: test/contract/release.contract.ts.
 */
import type { Slug } from "./forge-port.ts";
import type { Remote } from "./git-port.ts";

/** A commit of a history, with what it changed. */
export interface LogEntry {
  readonly sha: string;
  readonly message: string;
  readonly parents: readonly string[];
  /** Paths that differ from the first parent, or all where there is none; without renames. Names that are not UTF-8 are replaced. */
  readonly paths: readonly string[];
}

/** Histories and tags. */
export interface Tagging {
  /**
   * Commits that can be reached from `to` and not from `from`, the newest first, in the order of `git log --topo-order`; at
   * most so many. `from` undefined: the whole history.
   */
  log(
    remote: Remote,
    range: { readonly from: string | undefined; readonly to: string; readonly most: number },
    signal: AbortSignal,
  ): Promise<readonly LogEntry[]>;
  /** Makes a lightweight tag. `taken` when it is there and leads to another commit: a tag is never moved. */
  tag(
    remote: Remote,
    tag: { readonly name: string; readonly sha: string },
    signal: AbortSignal,
  ): Promise<"done" | "taken">;
}

/** A release as the forge shows it. */
export interface ForgeRelease {
  readonly tag: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly isDraft: boolean;
  readonly isPreRelease: boolean;
}

/** Releases of one forge. */
export interface Releases {
  /** The release of a tag; also a draft, where the credential may see it. */
  find(at: Slug, tag: string, signal: AbortSignal): Promise<ForgeRelease | undefined>;
  /** Makes the release of a tag that is there already, or gives the one that is there: text of people is not written over. */
  publish(at: Slug, release: Omit<ForgeRelease, "url">, signal: AbortSignal): Promise<ForgeRelease>;
}
