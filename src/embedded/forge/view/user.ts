import type { Forge } from "../forge.ts";
import { findUser } from "../forge.ts";
import type { User } from "../store/record.ts";

/** GitHub's opaque global id: the type and the number, in base64. */
export const nodeId = (type: string, id: number | string): string =>
  Buffer.from(`${String(type.length).padStart(2, "0")}:${type}${id}`).toString("base64");

/** GitHub's `simple-user`. */
export function simpleUser(forge: Forge, user: User): Record<string, unknown> {
  // A bot's login has brackets, which an address must not have.
  const login = encodeURIComponent(user.login);
  const url = `${forge.api}/users/${login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type, user.id),
    avatar_url: `${forge.url}/avatars/u/${user.id}`,
    gravatar_id: "",
    url,
    html_url: user.type === "Bot" ? `${forge.url}/apps/${user.login.replace("[bot]", "")}` : `${forge.url}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: "public",
    site_admin: user.siteAdmin,
  };
}

/** `simple-user` of a login that a record names, or null where the user is gone. */
export function userByLogin(forge: Forge, login: string | null): Record<string, unknown> | null {
  const user = login === null ? undefined : findUser(forge.store, login);
  return user ? simpleUser(forge, user) : null;
}

/** What `GET /users/{username}` tells of anybody. */
export function publicUser(forge: Forge, user: User): Record<string, unknown> {
  return {
    ...simpleUser(forge, user),
    name: user.name,
    company: null,
    blog: "",
    location: null,
    email: user.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

/** What `GET /user` tells a caller of itself. */
export function privateUser(forge: Forge, user: User): Record<string, unknown> {
  return {
    ...publicUser(forge, user),
    user_view_type: "private",
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: false,
  };
}
