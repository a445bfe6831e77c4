import { permissionOf } from "../access.ts";
import { findUser } from "../forge.ts";
import { ok } from "../http/answer.ts";
import { notFound } from "../http/problem.ts";
import { onRepository, open, type Route } from "../http/router.ts";
import { simpleUser } from "../view/user.ts";

/** What a person may do, and how often a caller may ask. */
export const permissionRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", "read", (call) => {
    const { forge, repository, params } = call;
    const user = findUser(forge.store, params["username"] ?? "");
    if (!user) throw notFound();
    const permission = permissionOf(forge.store, { user, token: undefined, credential: "" }, repository);
    const push = permission === "write" || permission === "admin";
    const admin = permission === "admin";
    const permissions = { admin, maintain: admin, push, triage: push, pull: permission !== "none" };
    return ok({
      permission,
      role_name: permission,
      user: { ...simpleUser(forge, user), permissions, role_name: permission },
    });
  }),
  open("GET", "/rate_limit", ({ forge, caller }) => {
    const rate = forge.quota.state(caller?.credential ?? "");
    return ok({ resources: { core: rate, search: rate }, rate });
  }),
];
