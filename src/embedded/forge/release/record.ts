import type { Repository } from "../store/record.ts";
import { defineTable, type Reader } from "../store/store.ts";

/** A version that is announced, with what belongs to it. */
export interface Release {
  readonly id: number;
  readonly tag: string;
  /** The branch or commit that the tag is made at when the release is published and the tag is not there yet. */
  readonly target: string;
  readonly name: string | null;
  readonly body: string | null;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly author: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Null for a draft. */
  readonly publishedAt: string | null;
  /** False where it was published with `make_latest: false`. */
  readonly mayBeLatest: boolean;
}

/** A file of a release; its bytes are in a file of the forge's, named by their digest. */
export interface Asset {
  readonly id: number;
  readonly releaseId: number;
  readonly name: string;
  readonly label: string | null;
  readonly contentType: string;
  readonly size: number;
  /** SHA-256 in hex. */
  readonly digest: string;
  readonly uploader: string;
  readonly downloads: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Scope repository id, key id. */
export const releases = defineTable<Release>("releases");
/** Scope repository id, key id. */
export const assets = defineTable<Asset>("assets");

/** Releases, newest first. Drafts are for those who may write. */
export function releasesOf(reader: Reader, repository: Repository, withDrafts: boolean): readonly Release[] {
  const all = [...reader.all(releases, repository.id).values()].reverse();
  return all.filter(({ draft }) => withDrafts || !draft);
}

/** The newest published release that is neither a draft nor a pre-release. */
export function latestRelease(reader: Reader, repository: Repository): Release | undefined {
  const candidates = releasesOf(reader, repository, false).filter(
    ({ prerelease, mayBeLatest }) => !prerelease && mayBeLatest,
  );
  return candidates.reduce<Release | undefined>(
    (latest, each) => (latest && (latest.publishedAt ?? "") >= (each.publishedAt ?? "") ? latest : each),
    undefined,
  );
}

/** The assets of a release, in the order of their upload. */
export const assetsOf = (reader: Reader, repository: Repository, releaseId: number): readonly Asset[] =>
  [...reader.all(assets, repository.id).values()].filter((asset) => asset.releaseId === releaseId);
