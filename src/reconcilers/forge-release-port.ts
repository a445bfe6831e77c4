/** Releases of a git host in our words, as part of the Forge port and by its rules. */
import type { Slug } from "./forge-port.ts";

/** A release as the forge shows it. */
export interface ForgeRelease {
  readonly tag: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly isDraft: boolean;
  readonly isPreRelease: boolean;
  /** Files that go with it, by name. */
  readonly assets: readonly { readonly name: string; readonly bytes: number }[];
}

/** Releases of one forge. */
export interface Releases {
  /** The release of a tag; also a draft, where the credential may see it. */
  find(at: Slug, tag: string, signal: AbortSignal): Promise<ForgeRelease | undefined>;
  /**
   * Makes the release of a tag that is there already, or gives the one that is there as it is; `conflict` where there is no such
   * tag: none is made. `isLatest` says whether the forge shows it as its newest, where it has a word for that; by default the
   * forge goes by dates and versions.
   */
  publish(
    at: Slug,
    release: Pick<ForgeRelease, "tag" | "title" | "body" | "isDraft" | "isPreRelease"> & {
      readonly isLatest?: boolean;
    },
    signal: AbortSignal,
  ): Promise<ForgeRelease>;
  /** Sets title and body of the release of a tag; writes nothing where they are so already. Undefined where there is none. */
  revise(
    at: Slug,
    release: Pick<ForgeRelease, "tag" | "title" | "body">,
    signal: AbortSignal,
  ): Promise<ForgeRelease | undefined>;
  /**
   * Adds a file to the release of a tag. Does nothing where one of that name and size is there; `conflict` where another is:
   * what somebody put there is not taken away. `absent` where there is no release.
   */
  attach(
    at: Slug,
    asset: { readonly tag: string; readonly name: string; readonly content: Uint8Array },
    signal: AbortSignal,
  ): Promise<void>;
}
