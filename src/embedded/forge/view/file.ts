import type { Forge } from "../forge.ts";
import type { FileDiff } from "../git/patch.ts";
import type { Repository } from "../store/record.ts";
import { apiUrl, htmlUrl } from "./repository.ts";

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** GitHub's `diff-entry`; `commit` is where the file can be seen as it is after the change. */
export function diffEntry(
  forge: Forge,
  repository: Repository,
  commit: string,
  file: FileDiff,
): Record<string, unknown> {
  const html = htmlUrl(forge, repository);
  const path = encodePath(file.path);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${commit}/${path}`,
    raw_url: `${html}/raw/${commit}/${path}`,
    contents_url: `${apiUrl(forge, repository)}/contents/${path}?ref=${commit}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** The addresses that a file, folder, link or submodule has in every form of contents. */
export function contentUrls(
  forge: Forge,
  repository: Repository,
  at: { readonly path: string; readonly ref: string; readonly sha: string; readonly kind: "blob" | "tree" },
): Record<string, unknown> {
  const path = encodePath(at.path);
  const url = `${apiUrl(forge, repository)}/contents/${path}?ref=${encodeURIComponent(at.ref)}`;
  const git = `${apiUrl(forge, repository)}/git/${at.kind}s/${at.sha}`;
  const html = `${htmlUrl(forge, repository)}/${at.kind}/${encodePath(at.ref)}/${path}`;
  return {
    url,
    html_url: html,
    git_url: git,
    download_url: at.kind === "blob" ? `${htmlUrl(forge, repository)}/raw/${encodePath(at.ref)}/${path}` : null,
    _links: { self: url, git, html },
  };
}
