import { describe } from "node:test";
import { testForge } from "../contract/forge.contract.ts";
import { onGitea } from "../contract/forge-on-gitea.ts";
import { noGitea } from "../support/gitea.ts";

if (noGitea) describe("the Gitea adapter, on a real Gitea", { skip: noGitea });
else testForge("the Gitea adapter, on a real Gitea,", onGitea);
