import { type Ask, askAs, makeAccount, startGitea } from "../support/gitea.ts";
import { forgeOver } from "../support/github.ts";
import type { ForgeFixture } from "./forge-fixture.ts";

const permissions = { Read: "read", Write: "write", Admin: "admin" } as const;
const states = { Passed: "success", Failed: "failure", Pending: "pending" } as const;
const events = { Yes: "APPROVED", No: "REQUEST_CHANGES", Remark: "COMMENT" } as const;

interface Named {
  readonly name?: string;
  readonly login?: string;
}

/** The Gitea adapter over a real Gitea, with accounts of its own there. */
export async function onGitea(): Promise<ForgeFixture> {
  const gitea = await startGitea();
  const [owner, bot] = [await makeAccount(gitea, "acme"), await makeAccount(gitea, "millrace")];
  const accounts = [owner, bot];
  const person = askAs(gitea, owner.token);
  const { forge, close } = await forgeOver({ type: "Gitea", url: gitea.api, token: bot.token });
  const repo = (id: string, rest = "") => `/repos/${id}${rest}`;
  return {
    forge,
    person: owner.login,
    create: async (id) => {
      const name = id.split("/")[1]!;
      await person("POST", "/user/repos", { name, auto_init: true, default_branch: "main" });
      await person("PUT", repo(id, `/collaborators/${bot.login}`), { permission: "admin" });
      return commit(person, id, "main", { "a.txt": "one\n" });
    },
    commit: (id, branch, files) => commit(person, id, branch, files),
    open: async (id, head) =>
      (await person<{ number: number }>("POST", repo(id, "/pulls"), { head, base: "main", title: "By hand" })).number,
    close: (id, number) => person("PATCH", repo(id, `/pulls/${number}`), { state: "closed" }),
    pulls: async (id) => (await person<object[]>("GET", repo(id, "/pulls?state=all"))).length,
    comments: async (id, number) =>
      (await person<{ body: string }[]>("GET", repo(id, `/issues/${number}/comments`))).map(({ body }) => body),
    say: async (id, number, body) =>
      (await person<{ id: number }>("POST", repo(id, `/issues/${number}/comments`), { body })).id,
    status: (id, sha, context, state) =>
      person("POST", repo(id, `/statuses/${sha}`), { context, state: states[state], description: "by hand" }),
    require: async (id, base, contexts) => {
      const there = await person<{ rule_name: string }[]>("GET", repo(id, "/branch_protections"));
      if (there.some(({ rule_name }) => rule_name === base))
        await person("DELETE", repo(id, `/branch_protections/${base}`));
      const rule = { rule_name: base, enable_push: true, enable_status_check: true, status_check_contexts: contexts };
      if (contexts.length > 0) await person("POST", repo(id, "/branch_protections"), rule);
    },
    rename: (id, to) => person("PATCH", repo(id), { name: to.split("/")[1]! }),
    archive: (id) => person("PATCH", repo(id), { archived: true }),
    member: async (id, role) => {
      if (role === "Triage" || role === "Maintain") return undefined;
      const account = await makeAccount(gitea, role.toLowerCase());
      accounts.push(account);
      await person("PUT", repo(id, `/collaborators/${account.login}`), { permission: permissions[role] });
      return account.login;
    },
    label: (id, name) => person("POST", repo(id, "/labels"), { name, color: "#0a0a0a" }),
    decoration: async (id, number) => {
      const pull = await person<Record<string, Named[] | null>>("GET", repo(id, `/pulls/${number}`));
      const names = (list: string) => (pull[list] ?? []).map(({ login, name }) => login ?? name ?? "").sort();
      return { labels: names("labels"), reviewers: names("requested_reviewers"), assignees: names("assignees") };
    },
    tag: (id, tag_name, target) => person("POST", repo(id, "/tags"), { tag_name, target }),
    tags: async (id) =>
      ((await person<{ name: string }[] | null>("GET", repo(id, "/tags"))) ?? []).map(({ name }) => name).sort(),
    release: (id, { tag, title, body }) => person("POST", repo(id, "/releases"), { tag_name: tag, name: title, body }),
    releases: async (id) =>
      (await person<{ tag_name: string; name: string }[]>("GET", repo(id, "/releases")))
        .map(({ tag_name, name }) => [tag_name, name] as const)
        .sort(),
    download: async (id, tag, asset) => {
      const path = `${id}/releases/download/${encodeURIComponent(tag)}/${asset}`;
      return new Uint8Array(await (await fetch(`${gitea.url}/${path}`)).arrayBuffer());
    },
    review: async (id, number, by, says) => {
      const { token } = accounts.find(({ login }) => login === by)!;
      await askAs(gitea, token)("POST", repo(id, `/pulls/${number}/reviews`), { event: events[says], body: "Read." });
    },
    dismiss: async (id, number, by) => {
      const reviews = await person<{ id: number; user: Named }[]>("GET", repo(id, `/pulls/${number}/reviews`));
      const { id: review } = reviews.findLast(({ user }) => user.login === by)!;
      await person("POST", repo(id, `/pulls/${number}/reviews/${review}/dismissals`), { message: "Not so." });
    },
    allow: (id, methods) =>
      person("PATCH", repo(id), {
        has_pull_requests: true,
        default_merge_style: methods[0]?.toLowerCase(),
        allow_merge_commits: methods.includes("Merge"),
        allow_squash_merge: methods.includes("Squash"),
        allow_rebase: methods.includes("Rebase"),
      }),
    stop: async () => {
      await close();
      for (const account of accounts) await account.remove();
      await gitea.stop();
    },
  };
}

/** Commits files one by one onto a branch, which is made from main where it is missing, and gives the last commit. */
export async function commit(
  person: Ask,
  id: string,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const at = `/repos/${id}`;
  const branches = await person<{ name: string }[]>("GET", `${at}/branches?limit=50`);
  if (!branches.some(({ name }) => name === branch))
    await person("POST", `${at}/branches`, { new_branch_name: branch, old_branch_name: "main" });
  for (const [path, text] of Object.entries(files)) {
    const old = await person<{ sha: string }>("GET", `${at}/contents/${path}?ref=${branch}`).catch(() => undefined);
    const body = { branch, message: "By hand", content: Buffer.from(text).toString("base64") };
    if (old) await person("PUT", `${at}/contents/${path}`, { ...body, sha: old.sha });
    else await person("POST", `${at}/contents/${path}`, body);
  }
  return (await person<{ commit: { id: string } }>("GET", `${at}/branches/${branch}`)).commit.id;
}
