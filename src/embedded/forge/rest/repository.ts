import { permissionOf } from "../access.ts";
import { ok } from "../http/answer.ts";
import { onRepository, type Route } from "../http/router.ts";
import { fullRepository } from "../view/repository.ts";

export const repositoryRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}", "read", ({ forge, repository, caller }) =>
    ok(fullRepository(forge, repository, permissionOf(forge.store, caller, repository))),
  ),
];
