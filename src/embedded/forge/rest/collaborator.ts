import { permissionOf, somebody } from "../access.ts";
import { findUser, logTo } from "../forge.ts";
import { type Answer, noContent } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { collaboratorRoles, collaborators, type Permission, type User } from "../store/record.ts";
import { simpleUser } from "../view/user.ts";

/** GitHub's words for what a person may do, and ours. */
const grants: Readonly<Record<string, Permission>> = {
  pull: "read",
  triage: "read",
  push: "write",
  maintain: "write",
  admin: "admin",
};

function userNamed(call: RepositoryCall): User {
  const user = findUser(call.forge.store, call.params["username"] ?? "");
  if (!user) throw notFound();
  return user;
}

/** What a user may do on the repository by who it is, without any limit that a token has. */
const permissionOfUser = (call: RepositoryCall, user: User): Permission | "none" =>
  permissionOf(call.forge.store, { user, token: undefined, credential: "" }, call.repository);

/** GitHub's five roles, from least to most. */
const roles = ["read", "triage", "write", "maintain", "admin"];

/** The role that a user has: the one that was given in so many words, as long as it still amounts to the same. */
function roleOf(call: RepositoryCall, user: User): string {
  const permission = permissionOfUser(call, user);
  const word = call.forge.store.get(collaboratorRoles, call.repository.id, user.login.toLowerCase());
  return word !== undefined && grants[word] === permission && (word === "triage" || word === "maintain")
    ? word
    : permission;
}

/** A user with what it may do on the repository. */
export function collaboratorView(call: RepositoryCall, user: User): Record<string, unknown> {
  const role = roleOf(call, user);
  const has = (least: string): boolean => roles.indexOf(role) >= roles.indexOf(least);
  const permissions = {
    ...{ pull: has("read"), triage: has("triage"), push: has("write"), maintain: has("maintain"), admin: has("admin") },
  };
  return { ...simpleUser(call.forge, user), permissions, role_name: role };
}

/** What a user may do, with the base role that a finer one is built on. */
export function permissionView(call: RepositoryCall, user: User): Record<string, unknown> {
  const view = collaboratorView(call, user);
  return { permission: permissionOfUser(call, user), role_name: view["role_name"], user: view };
}

async function add(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const user = userNamed(call);
  const input = await call.fields("Collaborator");
  const word = input.optionalWord("permission", Object.keys(grants)) ?? "push";
  forge.store.transact((transaction) => {
    transaction.put(collaborators, repository.id, user.login.toLowerCase(), grants[word] ?? "read");
    transaction.put(collaboratorRoles, repository.id, user.login.toLowerCase(), word);
    const actor = somebody(call.caller).user.login;
    logTo(transaction, forge, { actor, action: "collaborator.add", subject: user.login, repository });
  });
  return noContent;
}

export const collaboratorRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/collaborators", "write", (call) => {
    const owner = findUser(call.forge.store, call.repository.owner);
    const logins = [...call.forge.store.all(collaborators, call.repository.id).keys()];
    const people = [owner, ...logins.map((login) => findUser(call.forge.store, login))];
    const found = people.flatMap((user) => (user?.type === "User" ? [user] : []));
    return paged(call, found, (user) => collaboratorView(call, user));
  }),
  onRepository("GET", "/repos/{owner}/{repo}/collaborators/{username}", "write", (call) => {
    const has = permissionOfUser(call, userNamed(call));
    if (has === "none" || (has === "read" && !call.repository.private)) throw notFound();
    return noContent;
  }),
  onRepository("PUT", "/repos/{owner}/{repo}/collaborators/{username}", "admin", add),
  onRepository("DELETE", "/repos/{owner}/{repo}/collaborators/{username}", "admin", (call) => {
    const login = userNamed(call).login.toLowerCase();
    call.forge.store.transact((transaction) => transaction.delete(collaborators, call.repository.id, login));
    return noContent;
  }),
];
