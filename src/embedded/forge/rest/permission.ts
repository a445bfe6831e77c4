import { findUser } from "../forge.ts";
import { ok } from "../http/answer.ts";
import { notFound } from "../http/problem.ts";
import { onRepository, open, type Route } from "../http/router.ts";
import { permissionView } from "./collaborator.ts";

/** What a person may do, and how often a caller may ask. */
export const permissionRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", "read", (call) => {
    const { forge, params } = call;
    const user = findUser(forge.store, params["username"] ?? "");
    if (!user) throw notFound();
    return ok(permissionView(call, user));
  }),
  open("GET", "/rate_limit", ({ forge, caller }) => {
    const rate = forge.quota.state(caller?.credential ?? "");
    return ok({ resources: { core: rate, search: rate }, rate });
  }),
];
