import { type Forge, userOf } from "../forge.ts";
import { type Permission, pulls, type Repository } from "../store/record.ts";
import { nodeId, simpleUser } from "./user.ts";

/** Address of a repository in the REST API. */
export const apiUrl = (forge: Forge, repository: Repository): string =>
  `${forge.api}/repos/${repository.owner}/${repository.name}`;

/** Address of a repository's page. */
export const htmlUrl = (forge: Forge, repository: Repository): string =>
  `${forge.url}/${repository.owner}/${repository.name}`;

const templates: Readonly<Record<string, string>> = {
  archive: "/{archive_format}{/ref}",
  assignees: "/assignees{/user}",
  blobs: "/git/blobs{/sha}",
  branches: "/branches{/branch}",
  collaborators: "/collaborators{/collaborator}",
  comments: "/comments{/number}",
  commits: "/commits{/sha}",
  compare: "/compare/{base}...{head}",
  contents: "/contents/{+path}",
  contributors: "/contributors",
  deployments: "/deployments",
  downloads: "/downloads",
  events: "/events",
  forks: "/forks",
  git_commits: "/git/commits{/sha}",
  git_refs: "/git/refs{/sha}",
  git_tags: "/git/tags{/sha}",
  hooks: "/hooks",
  issue_comment: "/issues/comments{/number}",
  issue_events: "/issues/events{/number}",
  issues: "/issues{/number}",
  keys: "/keys{/key_id}",
  labels: "/labels{/name}",
  languages: "/languages",
  merges: "/merges",
  milestones: "/milestones{/number}",
  notifications: "/notifications{?since,all,participating}",
  pulls: "/pulls{/number}",
  releases: "/releases{/id}",
  stargazers: "/stargazers",
  statuses: "/statuses/{sha}",
  subscribers: "/subscribers",
  subscription: "/subscription",
  tags: "/tags",
  teams: "/teams",
  trees: "/git/trees{/sha}",
};

/** What this forge has none of, as GitHub says that there is none. */
const without = {
  fork: false,
  size: 0,
  stargazers_count: 0,
  watchers_count: 0,
  language: null,
  has_issues: true,
  has_projects: false,
  has_downloads: true,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  forks_count: 0,
  mirror_url: null,
  disabled: false,
  license: null,
  allow_forking: true,
  is_template: false,
  web_commit_signoff_required: false,
  topics: [],
  forks: 0,
  watchers: 0,
};

/** A repository as it stands inside other things and in lists. */
export function repositoryView(forge: Forge, repository: Repository): Record<string, unknown> {
  const url = apiUrl(forge, repository);
  const html = htmlUrl(forge, repository);
  const open = [...forge.store.all(pulls, repository.id).values()].filter((pull) => pull.state === "open").length;
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: `${repository.owner}/${repository.name}`,
    private: repository.private,
    owner: simpleUser(forge, userOf(forge.store, repository.owner)),
    html_url: html,
    description: repository.description,
    url,
    ...Object.fromEntries(Object.entries(templates).map(([name, path]) => [`${name}_url`, url + path])),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: html.replace(/^https?/, "git").concat(".git"),
    ssh_url: `git@${new URL(forge.url).host}:${repository.owner}/${repository.name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: repository.homepage,
    ...without,
    archived: repository.archived,
    open_issues_count: open,
    visibility: repository.private ? "private" : "public",
    open_issues: open,
    default_branch: repository.defaultBranch,
  };
}

/** What `GET /repos/{owner}/{repo}` tells. */
export const fullRepository = (
  forge: Forge,
  repository: Repository,
  permission: Permission | "none",
): Record<string, unknown> => ({
  ...listedRepository(forge, repository, permission),
  network_count: 0,
  subscribers_count: 0,
});

/** A repository in a list of the caller's own; the merge settings are for those who may push. */
export function listedRepository(
  forge: Forge,
  repository: Repository,
  permission: Permission | "none",
): Record<string, unknown> {
  const push = permission === "write" || permission === "admin";
  const admin = permission === "admin";
  return {
    ...repositoryView(forge, repository),
    permissions: { admin, maintain: admin, push, triage: push, pull: true },
    temp_clone_token: "",
    ...(push
      ? {
          allow_squash_merge: repository.allowSquashMerge,
          allow_merge_commit: repository.allowMergeCommit,
          allow_rebase_merge: repository.allowRebaseMerge,
          allow_auto_merge: repository.allowAutoMerge ?? false,
          delete_branch_on_merge: repository.deleteBranchOnMerge,
          allow_update_branch: true,
          use_squash_pr_title_as_default: false,
          squash_merge_commit_message: "COMMIT_MESSAGES",
          squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
          merge_commit_message: "PR_TITLE",
          merge_commit_title: "MERGE_MESSAGE",
        }
      : {}),
  };
}
