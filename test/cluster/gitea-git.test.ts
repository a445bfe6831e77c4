import { describe } from "node:test";
import { testGit } from "../contract/git.contract.ts";
import { byClone } from "../contract/git-by-clone.ts";
import { testGitForReleases } from "../contract/git-release.contract.ts";
import { askAs, makeAccount, noGitea, startGitea } from "../support/gitea.ts";

if (noGitea) describe("the git command line, on a real Gitea", { skip: noGitea });
else for (const holdTo of [testGit, testGitForReleases]) holdTo("the git command line, on a real Gitea,", onGitea);

async function onGitea() {
  const gitea = await startGitea();
  const [owner, bot] = [await makeAccount(gitea, "acme"), await makeAccount(gitea, "millrace")];
  const person = askAs(gitea, owner.token);
  const placeOf = (id: string): string => `${owner.login}/${id.split("/")[1]}`;
  return byClone({
    url: (id) => `${gitea.url}/${placeOf(id)}.git`,
    person: owner.token,
    password: bot.token,
    create: async (id) => {
      await person("POST", "/user/repos", { name: id.split("/")[1], default_branch: "main" });
      await person("PUT", `/repos/${placeOf(id)}/collaborators/${bot.login}`, { permission: "write" });
    },
    stop: async () => {
      for (const account of [owner, bot]) await account.remove();
      await gitea.stop();
    },
  });
}
