/** What a real Gitea does in places where it is not GitHub, and what the adapter and the gateway make of it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { parsePayload } from "../../src/gateway/delivery.ts";
import { type Announced, announced } from "../../src/gateway/gitea-headers.ts";
import { isSigned } from "../../src/gateway/signature.ts";
import type { Forge, Slug } from "../../src/reconcilers/forge-port.ts";
import { eventually, signal } from "../contract/forge-fixture.ts";
import { commit } from "../contract/forge-on-gitea.ts";
import { type Ask, askAs, type Gitea, makeAccount, noGitea, startGitea } from "../support/gitea.ts";
import { forgeOver } from "../support/github.ts";

const run = promisify(execFile);
type Account = Awaited<ReturnType<typeof makeAccount>>;

describe("a real Gitea", { skip: noGitea }, () => {
  let gitea: Gitea;
  let org: string;
  let person: Ask;
  let forge: Forge;
  let close: () => Promise<void>;
  let accounts: Account[] = [];
  const repositories: string[] = [];

  before(async () => {
    gitea = await startGitea();
    accounts = [await makeAccount(gitea, "ada"), await makeAccount(gitea, "millrace"), await makeAccount(gitea, "eve")];
    person = askAs(gitea, accounts[0]!.token);
    org = accounts[0]!.login.replace("ada", "team");
    await person("POST", "/orgs", { username: org });
    ({ forge, close } = await forgeOver({ type: "Gitea", url: gitea.api, token: accounts[1]!.token }));
  });
  after(async () => {
    await close?.();
    for (const name of repositories) await person("DELETE", `/repos/${org}/${name}`);
    await person("DELETE", `/orgs/${org}`);
    for (const account of accounts) await account.remove();
    await gitea?.stop();
  });

  /** A repository of the organisation in which the bot may write and no more, with a branch `change`. */
  const repository = async (more: object = {}): Promise<{ at: Slug; id: string; sha: string }> => {
    const name = `repo-${repositories.length}`;
    const id = `${org}/${name}`;
    await person("POST", `/orgs/${org}/repos`, { name, auto_init: true, default_branch: "main", ...more });
    repositories.push(name);
    await person("PUT", `/repos/${id}/collaborators/${accounts[1]!.login}`, { permission: "write" });
    return { at: { owner: org, name }, id, sha: await commit(person, id, "change", { "a.txt": "one\n" }) };
  };
  const open = (at: Slug, title = "Change it", draft = false, branch = "change") =>
    forge.pulls.open(at, { branch, base: "main" }, { title, body: "Why.", draft }, signal);

  test("answers in full, whatever it is told of earlier answers", async () => {
    const { at, id } = await repository();
    const { number } = await open(at);
    const headers = { authorization: `token ${accounts[1]!.token}`, "if-none-match": "*" };
    const answer = await fetch(`${gitea.api}/repos/${id}/pulls/${number}`, { headers });
    assert.deepEqual([answer.status, answer.headers.get("etag")], [200, null]);
    assert.equal(forge.quota().quota, undefined);
  });

  test("a draft is a title that begins with WIP, which nobody sees here", async () => {
    const { at, id } = await repository();
    const draft = await open(at, "Change it", true);
    assert.deepEqual([draft.title, draft.draft], ["Change it", true]);
    const path = `/repos/${id}/pulls/${draft.number}`;
    const stored = async () => (await person<{ title: string }>("GET", path)).title;
    assert.equal(await stored(), "WIP: Change it");
    assert.equal(await forge.pulls.revise(at, draft, { title: "Change it", body: "Why." }, signal), draft);
    const revised = await forge.pulls.revise(at, draft, { title: "Other", body: "Why." }, signal);
    assert.deepEqual([revised.title, revised.draft, await stored()], ["Other", true, "WIP: Other"]);
    await person("PATCH", path, { title: "Other" });
    const ready = (await forge.pulls.get(at, draft.number, signal))!;
    assert.deepEqual([ready.title, ready.draft], ["Other", false], "a person has made it ready, and so it stays");
    await forge.pulls.revise(at, ready, { title: "Third", body: "Why." }, signal);
    assert.equal(await stored(), "Third");
  });

  test("a title that Gitea would cut is cut before, so that it is not written again", async () => {
    const { at } = await repository();
    const title = `Change it: ${"ü…漢🎉".repeat(80)}`;
    const opened = await open(at, title);
    assert.ok(opened.title.length < title.length);
    assert.equal(await forge.pulls.revise(at, opened, { title, body: "Why." }, signal), opened);
    const read = (await forge.pulls.get(at, opened.number, signal))!;
    assert.equal(await forge.pulls.revise(at, read, { title, body: "Why." }, signal), read);
  });

  test("what was closed keeps its commit while its branch goes on, and after it is gone", async () => {
    const { at, id, sha } = await repository();
    const { number } = await open(at);
    await person("PATCH", `/repos/${id}/pulls/${number}`, { state: "closed" });
    await commit(person, id, "change", { "a.txt": "two\n" });
    assert.equal((await forge.pulls.get(at, number, signal))?.headSha, sha);
    await person("DELETE", `/repos/${id}/branches/change`);
    const found = await forge.pulls.find(at, "change", signal);
    assert.deepEqual([found?.number, found?.state, found?.headSha], [number, "Closed", sha]);
  });

  test("required checks are patterns, and a warning has not passed", async () => {
    const { at, id, sha } = await repository();
    const rule = { rule_name: "m*", enable_push: true, enable_status_check: true };
    await person("POST", `/repos/${id}/branch_protections`, { ...rule, status_check_contexts: ["ci/*"] });
    const checks = async () => forge.pulls.checks(at, { sha, base: "main" }, signal);
    assert.deepEqual(await checks(), [{ name: "ci/*", state: "Pending", required: true, missing: true }]);
    const report = (context: string, state: string) =>
      person("POST", `/repos/${id}/statuses/${sha}`, { context, state });
    await report("ci/a/b", "warning");
    assert.deepEqual(await checks(), [{ name: "ci/a/b", state: "Failed", required: true }]);
    const { number } = await open(at);
    const merge = () => forge.pulls.merge(at, number, { sha, method: "Squash" }, signal);
    const refused = await merge();
    assert.ok(!refused.merged && refused.because === "NotMergeable", JSON.stringify(refused));
    await report("ci/a/b", "skipped");
    assert.equal((await checks())[0]?.state, "Passed");
    assert.ok((await merge()).merged);
  });

  test("who may not administer a repository learns who may write, and takes the others for strangers", async () => {
    const { at, id } = await repository();
    const [ada, bot, eve] = accounts.map(({ login }) => login) as [string, string, string];
    const role = (login: string) => forge.role(at, login, signal);
    assert.deepEqual([await role(ada), await role(bot), await role(eve)], ["Write", "Write", "None"]);
    await person("PUT", `/repos/${id}/collaborators/${eve}`, { permission: "read" });
    assert.equal(await role(eve), "None");
    await person("PUT", `/repos/${id}/collaborators/${eve}`, { permission: "write" });
    assert.equal(await role(eve.toUpperCase()), "Write");
  });

  test("labels of the organisation and teams are known as well", async () => {
    const { at, id } = await repository();
    const { number } = await open(at);
    await person("POST", `/orgs/${org}/labels`, { name: "everywhere", color: "#0a0a0a" });
    const units = ["repo.code", "repo.pulls"];
    const team = await person<{ id: number }>("POST", `/orgs/${org}/teams`, {
      name: "core",
      permission: "write",
      units,
    });
    await person("PUT", `/teams/${team.id}/repos/${id}`);
    const wish = { labels: ["everywhere"], reviewers: ["team/core", "team/none"], assignees: [] };
    assert.deepEqual(await forge.pulls.decorate(at, number, wish, signal), { unknown: ["team/none"] });
    const pull = await person<{ labels: { name: string }[]; requested_reviewers_teams: { name: string }[] }>(
      "GET",
      `/repos/${id}/pulls/${number}`,
    );
    assert.deepEqual([pull.labels[0]?.name, pull.requested_reviewers_teams[0]?.name], ["everywhere", "core"]);
  });

  test("what waits for nothing is not handed over, since Gitea would not wait for checks that run", async () => {
    const { at, id, sha } = await repository();
    const { number } = await open(at);
    await person("POST", `/repos/${id}/statuses/${sha}`, { context: "slow", state: "pending" });
    const result = await forge.pulls.handOver(at, number, { sha, method: "Squash" }, signal);
    assert.deepEqual(result, { handed: false, message: "main requires nothing, so Gitea would merge it at once" });
    assert.equal((await forge.pulls.get(at, number, signal))?.state, "Open");
  });

  test("a merge that a person has taken back is not handed over any more", async () => {
    const { at, id, sha } = await repository();
    const rule = { rule_name: "main", enable_push: true, enable_status_check: true, status_check_contexts: ["build"] };
    await person("POST", `/repos/${id}/branch_protections`, rule);
    const { number } = await open(at);
    assert.deepEqual(await forge.pulls.handOver(at, number, { sha, method: "Squash" }, signal), { handed: true });
    assert.equal((await forge.pulls.get(at, number, signal))?.handedOver, true);
    await person("DELETE", `/repos/${id}/pulls/${number}/merge`);
    assert.equal((await forge.pulls.get(at, number, signal))?.handedOver, false);
    assert.equal((await forge.pulls.find(at, "change", signal))?.handedOver, false);
  });

  test("git and archives of a private repository open to the token, also under an old name", async () => {
    const { at, id, sha } = await repository({ private: true });
    const { url, credential } = forge.remote(at);
    const { username, password } = (await credential(signal))!;
    const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" };
    const list = async (address: string) =>
      (await run("git", ["ls-remote", address, "refs/heads/change"], { env })).stdout;
    const known = new URL(url);
    Object.assign(known, { username, password });
    assert.match(await list(known.href), new RegExp(`^${sha}\t`));
    await assert.rejects(list(url));
    const authorization = `token ${accounts[1]!.token}`;
    const archive = await fetch(`${gitea.api}/repos/${id}/archive/${sha}.tar.gz`, { headers: { authorization } });
    const sum = createHash("sha256")
      .update(new Uint8Array(await archive.arrayBuffer()))
      .digest("hex");
    assert.equal(await forge.archiveSha256(at, sha, signal), sum);
    await person("PATCH", `/repos/${id}`, { name: `${at.name}-new` });
    repositories[repositories.indexOf(at.name)] = `${at.name}-new`;
    assert.match(await list(known.href), new RegExp(`^${sha}\t`));
    const stranger = await fetch(`${gitea.url}/${id}-new/archive/${sha}.tar.gz`);
    assert.equal(stranger.status, 404);
  });

  test("deliveries are signed in both ways, and tell in GitHub's words what they are about", async () => {
    const taken: (Announced & { body: Buffer; bare: string | undefined })[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      const header = (name: string) => request.headers[name]?.toString();
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        taken.push({ ...announced(header), bare: header("x-gitea-signature"), body: Buffer.concat(chunks) });
        response.end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { at, id, sha } = await repository();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const events = ["push", "create", "delete", "pull_request", "pull_request_comment", "status"];
      const config = { url, content_type: "json", secret: "hook" };
      await person("POST", `/repos/${id}/hooks`, { type: "gitea", active: true, events, config });
      const { number } = await open(at);
      await person("POST", `/repos/${id}/issues/${number}/comments`, { body: "/millrace why" });
      await person("POST", `/repos/${id}/statuses/${sha}`, { context: "build", state: "success" });
      await commit(person, id, "main", { "b.txt": "one\n" });
      await person("DELETE", `/repos/${id}/branches/change`);
      const wanted = ["delete", "issue_comment", "pull_request", "push", "status"];
      const seen = await eventually(
        async () => new Set(taken.map(({ event }) => event ?? "")),
        (events) => wanted.every((event) => events.has(event)),
      );
      for (const event of wanted) assert.ok(seen.has(event), `no ${event} among ${[...seen]}`);
      for (const { body, signature, bare, event, id: delivery } of taken) {
        assert.match(delivery ?? "", /^[0-9a-f-]{36}$/);
        assert.ok(isSigned(body, signature, ["hook"]), event);
        assert.equal(signature, `sha256=${bare}`);
        assert.equal(parsePayload(body.toString())?.repository.full_name, id);
      }
      const told = (event: string) =>
        taken.filter((each) => each.event === event).map(({ body }) => parsePayload(body.toString()));
      assert.ok(told("issue_comment").every((payload) => payload?.pull_request?.number === number));
      assert.ok(told("status").every((payload) => payload?.sha === sha));
      assert.ok(told("delete").every((payload) => payload?.ref === "change"));
      assert.ok(told("push").some((payload) => payload?.ref === "refs/heads/main"));
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
