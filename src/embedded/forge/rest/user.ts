import { somebody } from "../access.ts";
import { findUser } from "../forge.ts";
import { ok } from "../http/answer.ts";
import { notFound } from "../http/problem.ts";
import { open, type Route, signedIn } from "../http/router.ts";
import { privateUser, publicUser } from "../view/user.ts";

export const userRoutes: readonly Route[] = [
  signedIn("GET", "/user", ({ forge, caller }) => ok(privateUser(forge, somebody(caller).user))),
  open("GET", "/users/{username}", ({ forge, params }) => {
    const user = findUser(forge.store, params["username"] ?? "");
    if (!user) throw notFound();
    return ok(publicUser(forge, user));
  }),
];
