import type { ForgeRelease } from "../reconcilers/forge-release-port.ts";

/** The parts of GitHub's releases that are used. */
export interface GitHubRelease {
  readonly id: number;
  readonly html_url: string;
  /** Where its files are sent to. Only imagined releases have none. */
  readonly upload_url?: string;
  readonly tag_name: string;
  readonly name: string | null;
  readonly body?: string | null;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly assets: readonly GitHubAsset[];
}

/** The parts of GitHub's assets that are used. */
export interface GitHubAsset {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** `open`, or `starter` as older answers say it, for an upload that has not come to its end. */
  readonly state: string;
}

/** Whether all of its bytes are there. */
export const isWhole = ({ state }: GitHubAsset): boolean => state === "uploaded";

/** Its repository as GitHub calls it now: what takes files need not know an old name. */
export function homeOf({
  upload_url = "",
}: GitHubRelease): { readonly owner: string; readonly repo: string } | undefined {
  const [, owner, repo] = /\/repos\/([^/]+)\/([^/]+)\/releases\//.exec(upload_url) ?? [];
  return owner !== undefined && repo !== undefined ? { owner, repo } : undefined;
}

/** GitHub's release in our words. */
export function toRelease(release: GitHubRelease): ForgeRelease {
  const { tag_name, html_url, name, body, draft, prerelease, assets } = release;
  return {
    tag: tag_name,
    url: html_url,
    title: name ?? "",
    body: body ?? "",
    isDraft: draft,
    isPreRelease: prerelease,
    assets: assets.filter(isWhole).map(({ name, size }) => ({ name, bytes: size })),
  };
}
