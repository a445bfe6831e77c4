import { readCommit } from "../git/history.ts";
import { peel, resolveName } from "../git/revision.ts";
import type { Answer } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { apiUrl, htmlUrl } from "../view/repository.ts";
import { nodeId } from "../view/user.ts";
import { bareOf, commitNamed } from "./lookup.ts";

const formats = { "tar.gz": "application/x-gzip", zip: "application/zip" } as const;

/** Where an archive of a ref can be fetched from. */
async function redirect(call: RepositoryCall, format: keyof typeof formats): Promise<Answer> {
  const ref = call.params["ref"] || call.repository.defaultBranch;
  await commitNamed(bareOf(call), ref);
  return { status: 302, headers: { location: `${htmlUrl(call.forge, call.repository)}/archive/${ref}.${format}` } };
}

/**
 * Sends an archive; the bytes of one commit's archive are always the same, so a checksum of it can be kept. The folder
 * in it is named as GitHub names it: the repository, and the ref without a leading `v`.
 */
async function archive(call: RepositoryCall): Promise<Answer> {
  const [, name = "", format = ""] = /^(.+)\.(tar\.gz|zip)$/.exec(call.params["path"] ?? "") ?? [];
  const bare = bareOf(call);
  const sha = name === "" ? undefined : await resolveName(bare, name);
  const commit = sha === undefined ? undefined : await readCommit(bare, await peel(bare, sha));
  if (!commit) throw notFound();
  const short = name.replace(/^refs\/(heads|tags)\//, "");
  const folder = `${call.repository.name}-${short.replace(/^v(?=\d)/, "").replaceAll("/", "-")}`;
  const child = bare.start(["archive", `--format=${format}`, `--prefix=${folder}/`, commit.sha]);
  child.stdin.end();
  child.stderr.resume();
  return {
    status: 200,
    raw: child.stdout,
    headers: {
      "content-type": formats[format as keyof typeof formats],
      "content-disposition": `attachment; filename=${folder}.${format}`,
    },
  };
}

async function tagView(call: RepositoryCall, tag: string): Promise<Record<string, unknown>> {
  const bare = bareOf(call);
  const api = apiUrl(call.forge, call.repository);
  const sha = await peel(bare, bare.refs.get(`refs/tags/${tag}`) ?? "");
  return {
    name: tag,
    zipball_url: `${api}/zipball/refs/tags/${tag}`,
    tarball_url: `${api}/tarball/refs/tags/${tag}`,
    commit: { sha, url: `${api}/commits/${sha}` },
    node_id: nodeId("Ref", `refs/tags/${tag}`),
  };
}

export const archiveRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/tarball/{ref}", "read", (call) => redirect(call, "tar.gz")),
  onRepository("GET", "/repos/{owner}/{repo}/zipball/{ref}", "read", (call) => redirect(call, "zip")),
  onRepository("GET", "/repos/{owner}/{repo}/tags", "read", (call) => {
    const names = bareOf(call)
      .refs.list("refs/tags/")
      .map(({ name }) => name.slice("refs/tags/".length));
    return paged(call, names.reverse(), (tag) => tagView(call, tag));
  }),
];

/** The address that redirects and people use. */
export const archivePageRoutes: readonly Route[] = [
  onRepository("GET", "/{owner}/{repo}/archive/{path}", "read", archive),
];
