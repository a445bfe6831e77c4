import type { Forge } from "../forge.ts";
import type { Commit, Signature } from "../git/object.ts";
import { type Repository, type User, users } from "../store/record.ts";
import { apiUrl, htmlUrl } from "./repository.ts";
import { nodeId, simpleUser } from "./user.ts";

/** Git's time as GitHub has it: UTC, whole seconds. */
export const dateOf = ({ when }: Signature): string => `${new Date(when * 1000).toISOString().slice(0, 19)}Z`;

/** The user whose commits carry this address: its own, or the one that the forge makes up for it. */
export function userByEmail(forge: Forge, email: string): User | undefined {
  const [, login] = /^\d+\+(.+)@users\.noreply\./.exec(email) ?? [];
  const all = forge.store.all(users, "");
  return login === undefined
    ? [...all.values()].find((user) => user.email !== null && user.email === email)
    : all.get(login.toLowerCase());
}

const personOf = (forge: Forge, { email }: Signature): Record<string, unknown> | null => {
  const user = userByEmail(forge, email);
  return user ? simpleUser(forge, user) : null;
};

const identity = (signature: Signature): Record<string, unknown> => ({
  name: signature.name,
  email: signature.email,
  date: dateOf(signature),
});

const verification = (commit: Commit): Record<string, unknown> => ({
  verified: false,
  reason: commit.signature === null ? "unsigned" : "unknown_key",
  signature: commit.signature,
  payload: null,
  verified_at: null,
});

/** A commit as lists have it; `GET` of one adds `stats` and `files`. */
export function commitView(forge: Forge, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = apiUrl(forge, repository);
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: identity(commit.author),
      committer: identity(commit.committer),
      message: commit.message.trimEnd(),
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(commit),
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${htmlUrl(forge, repository)}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: personOf(forge, commit.author),
    committer: personOf(forge, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${htmlUrl(forge, repository)}/commit/${sha}`,
    })),
  };
}

/** A commit as git data: what `GET /git/commits/{sha}` tells. */
export function gitCommitView(forge: Forge, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = apiUrl(forge, repository);
  const html = htmlUrl(forge, repository);
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: identity(commit.author),
    committer: identity(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message.trimEnd(),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: verification(commit),
  };
}
