import type { Route } from "../http/router.ts";
import { archiveRoutes } from "./archive.ts";
import { branchRoutes } from "./branch.ts";
import { collaboratorRoutes } from "./collaborator.ts";
import { commitRoutes } from "./commit.ts";
import { contentRoutes } from "./content.ts";
import { contentWriteRoutes } from "./content-write.ts";
import { gitObjectRoutes } from "./git-object.ts";
import { gitRefRoutes } from "./git-ref.ts";
import { gitTreeRoutes } from "./git-tree.ts";
import { mergeRoutes } from "./merge.ts";
import { pullRoutes } from "./pull.ts";
import { pullMergeRoutes } from "./pull-merge.ts";
import { repositoryRoutes } from "./repository.ts";
import { userRoutes } from "./user.ts";

/** Users, repositories, git data, contents and pull requests. */
export const coreRoutes: readonly Route[] = [
  ...userRoutes,
  ...repositoryRoutes,
  ...branchRoutes,
  ...gitRefRoutes,
  ...gitObjectRoutes,
  ...gitTreeRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...contentWriteRoutes,
  ...archiveRoutes,
  ...pullRoutes,
  ...pullMergeRoutes,
  ...mergeRoutes,
  ...collaboratorRoutes,
];
