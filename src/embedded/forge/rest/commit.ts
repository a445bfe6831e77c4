import { countCommits, listCommits, readCommit, relate } from "../git/history.ts";
import type { Commit } from "../git/object.ts";
import { diffFiles, diffText, emptyTree, patchText } from "../git/patch.ts";
import { type Answer, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { type MediaVariant, variantOf, variantType } from "../http/media.ts";
import { paged } from "../http/pagination.ts";
import { notFound, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { commitView } from "../view/commit.ts";
import { diffEntry } from "../view/file.ts";
import { apiUrl, htmlUrl } from "../view/repository.ts";
import { bareOf, commitNamed, demandCommits } from "./lookup.ts";

const fileLimit = 300;

const filters = (query: URLSearchParams): readonly string[] => {
  const [author, committer] = [query.get("author"), query.get("committer")];
  const [since, until, path] = [query.get("since"), query.get("until"), query.get("path")];
  return [
    ...(author ? [`--author=${author}`, "--fixed-strings"] : []),
    ...(committer ? [`--committer=${committer}`, "--fixed-strings"] : []),
    ...(since ? [`--since=${since}`] : []),
    ...(until ? [`--until=${until}`] : []),
    ...(path ? ["--", path.replace(/^\/+/, "")] : []),
  ];
};

async function list(call: RepositoryCall): Promise<Answer> {
  const { forge, repository, query } = call;
  const bare = bareOf(call);
  demandCommits(call);
  const tip = await commitNamed(bare, query.get("sha") ?? repository.defaultBranch);
  const args = filters(query);
  const length = await bare.memo(`count ${tip.sha} ${args.join("\0")}`, () => countCommits(bare, tip.sha, args));
  const shas = { length, read: (skip: number, limit: number) => listCommits(bare, tip.sha, { skip, limit }, args) };
  return paged(call, shas, async (sha) => commitView(forge, repository, (await readCommit(bare, sha))!));
}

/** What a commit changed, seen from its first parent. */
async function filesOf(call: RepositoryCall, commit: Commit): Promise<Record<string, unknown>> {
  const { forge, repository } = call;
  const files = await diffFiles(bareOf(call), commit.parents[0] ?? emptyTree, commit.sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    stats: { total: additions + deletions, additions, deletions },
    files: files.slice(0, fileLimit).map((file) => diffEntry(forge, repository, commit.sha, file)),
  };
}

const text = (variant: MediaVariant, raw: Buffer | string): Answer => ({
  status: 200,
  raw,
  headers: { "content-type": variantType(variant) },
});

async function get(call: RepositoryCall): Promise<Answer> {
  const { forge, repository, params } = call;
  const bare = bareOf(call);
  demandCommits(call);
  const commit = await commitNamed(bare, params["ref"] ?? "", 422);
  const variant = variantOf(call);
  if (variant === "sha") return text(variant, commit.sha);
  if (variant === "diff") return text(variant, await diffText(bare, commit.parents[0] ?? emptyTree, commit.sha));
  if (variant === "patch") return text(variant, await patchText(bare, commit.sha));
  return ok({ ...commitView(forge, repository, commit), ...(await filesOf(call, commit)) });
}

/** `owner:branch` names a branch of a fork; here every repository is its own, so the owner is left out. */
const ownName = (call: RepositoryCall, name: string): string => {
  const [owner, ...rest] = name.split(":");
  if (rest.length === 0) return name;
  if (owner?.toLowerCase() !== call.repository.owner.toLowerCase()) throw notFound();
  return rest.join(":");
};

async function compare(call: RepositoryCall): Promise<Answer> {
  const { forge, repository, params } = call;
  const bare = bareOf(call);
  const [, from, to] = /^(.+?)\.{3}(.+)$/.exec(params["basehead"] ?? "") ?? [];
  if (from === undefined || to === undefined) throw notFound();
  const [base, head] = [await commitNamed(bare, ownName(call, from)), await commitNamed(bare, ownName(call, to))];
  const relation = await relate(bare, base.sha, head.sha);
  const mergeBase = relation.mergeBase === null ? undefined : await readCommit(bare, relation.mergeBase);
  if (!mergeBase) throw unprocessable(`No common ancestor between ${from} and ${to}.`);
  const variant = variantOf(call);
  if (variant === "diff") return text(variant, await diffText(bare, mergeBase.sha, head.sha));
  if (variant === "patch") return text(variant, await patchText(bare, `${base.sha}..${head.sha}`));
  const [ahead, behind] = [relation.ahead.length, relation.behind.length];
  const files = await diffFiles(bare, mergeBase.sha, head.sha);
  const html = `${htmlUrl(forge, repository)}/compare`;
  const views = async (sha: string) => commitView(forge, repository, (await readCommit(bare, sha))!);
  return paged(call, [...relation.ahead].reverse(), views, (commits) => ({
    url: `${apiUrl(forge, repository)}/compare/${from}...${to}`,
    html_url: `${html}/${from}...${to}`,
    permalink_url: `${html}/${repository.owner}:${base.sha.slice(0, 7)}...${repository.owner}:${head.sha.slice(0, 7)}`,
    diff_url: `${html}/${from}...${to}.diff`,
    patch_url: `${html}/${from}...${to}.patch`,
    base_commit: commitView(forge, repository, base),
    merge_base_commit: commitView(forge, repository, mergeBase),
    status: ahead > 0 ? (behind > 0 ? "diverged" : "ahead") : behind > 0 ? "behind" : "identical",
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits,
    files: files.slice(0, fileLimit).map((file) => diffEntry(forge, repository, head.sha, file)),
  }));
}

export const commitRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/commits", "read", list),
  onRepository("GET", "/repos/{owner}/{repo}/commits/{ref}", "read", get),
  onRepository("GET", "/repos/{owner}/{repo}/compare/{basehead}", "read", compare),
];
