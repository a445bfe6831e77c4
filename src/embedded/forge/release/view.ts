import type { Forge } from "../forge.ts";
import { reactions } from "../issue/view.ts";
import type { Repository } from "../store/record.ts";
import { apiUrl, htmlUrl } from "../view/repository.ts";
import { nodeId, userByLogin } from "../view/user.ts";
import { type Asset, assetsOf, type Release } from "./record.ts";

/** GitHub's `release`. */
export function releaseView(forge: Forge, repository: Repository, release: Release): Record<string, unknown> {
  const api = apiUrl(forge, repository);
  const url = `${api}/releases/${release.id}`;
  const uploads = `${forge.url}/api/uploads/repos/${repository.owner}/${repository.name}/releases/${release.id}/assets`;
  const tag = encodeURIComponent(release.tag);
  const html = `${htmlUrl(forge, repository)}/releases/tag/${release.draft ? `untagged-${release.id}` : tag}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${uploads}{?name,label}`,
    html_url: html,
    id: release.id,
    author: userByLogin(forge, release.author),
    node_id: nodeId("Release", release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: false,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: assetsOf(forge.store, repository, release.id).map((asset) => assetView(forge, repository, release, asset)),
    tarball_url: release.draft ? null : `${api}/tarball/${tag}`,
    zipball_url: release.draft ? null : `${api}/zipball/${tag}`,
    body: release.body,
    reactions: reactions(url),
  };
}

/** GitHub's `release-asset`. */
export function assetView(
  forge: Forge,
  repository: Repository,
  release: Pick<Release, "tag">,
  asset: Asset,
): Record<string, unknown> {
  const html = htmlUrl(forge, repository);
  return {
    url: `${apiUrl(forge, repository)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId("ReleaseAsset", asset.id),
    name: asset.name,
    label: asset.label,
    uploader: userByLogin(forge, asset.uploader),
    content_type: asset.contentType,
    state: "uploaded",
    size: asset.size,
    digest: `sha256:${asset.digest}`,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    browser_download_url: `${html}/releases/download/${encodeURIComponent(release.tag)}/${encodeURIComponent(asset.name)}`,
  };
}
