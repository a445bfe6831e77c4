import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { type RunningForge, startForge } from "../../src/embedded/forge/server.ts";
import { createForges } from "../../src/forge/forges.ts";
import type { Forge, Role } from "../../src/reconcilers/forge-port.ts";
import { forgeObject, forgeOver, secretsOf, systemClock } from "../support/github.ts";
import { silent } from "../support/memory-host.ts";
import { type ForgeFixture, signal } from "./forge-fixture.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const words = { Read: "pull", Triage: "triage", Write: "push", Maintain: "maintain", Admin: "admin" } as const;
const states = { Passed: "success", Failed: "failure", Pending: "pending" } as const;
const events = { Yes: "APPROVE", No: "REQUEST_CHANGES", Remark: "COMMENT" } as const;

/** Where it is, and who the adapter is there. */
export interface OnEmbedded {
  readonly api: string;
  readonly token: string;
  readonly setFault: RunningForge["setFault"];
}

/** The GitHub adapter over the embedded forge, as a bot's account. */
export const onEmbeddedForge = (): Promise<ForgeFixture & OnEmbedded> =>
  fixtureOver(async (server) => {
    const token = server.createToken("millrace-bot");
    return { ...(await forgeOver({ url: server.api, token })), token };
  });

/** The same as a GitHub App that is installed on the account of the repositories. */
export const asApp = (): Promise<ForgeFixture & OnEmbedded> =>
  fixtureOver(async (server) => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = publicKey.export({ type: "spki", format: "pem" }).toString();
    const app = server.createApp({ slug: "millrace", owner: "acme", publicKey: key });
    const { id: installationId } = server.installApp({ appId: app.id, account: "acme" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const secrets = secretsOf({ "fleet/app/privateKey": pem });
    const forges = createForges({ secrets, clock: systemClock, random: () => 0.5, log: silent });
    const credentials = { app: { appId: app.id, installationId, privateKeySecretRef: { name: "app" } } };
    const object = forgeObject({ url: server.api, credentials });
    return { forge: await forges.of(object, signal), close: () => forges.close(), token: "" };
  });

async function fixtureOver(
  make: (
    server: RunningForge,
  ) => Promise<{ readonly forge: Forge; readonly close: () => Promise<void>; token: string }>,
): Promise<ForgeFixture & OnEmbedded> {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-contract-"));
  const server = await startForge({ dataDir, clock: systemClock });
  const person = new Octokit({ baseUrl: server.api, auth: server.createToken("acme"), log: quiet }).rest;
  const { forge, close, token } = await make(server);
  const named = (id: string) => ({ owner: id.split("/")[0]!, repo: id.split("/")[1]! });
  const seen = new Map<string, number>();
  return {
    forge,
    api: server.api,
    token,
    setFault: (hook) => server.setFault(hook),
    person: "acme",
    create: async (id) => {
      const [owner = "", name = ""] = id.split("/");
      const { sha } = await server.createRepository({ owner, name, files: { "a.txt": "one\n" } });
      server.addCollaborator(id, "millrace-bot", "admin");
      return sha!;
    },
    commit: async (id, branch, files) => {
      const at = named(id);
      const tip = async (name: string) => (await person.git.getRef({ ...at, ref: `heads/${name}` })).data.object.sha;
      const there = await tip(branch).catch(() => undefined);
      if (!there) await person.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: await tip("main") });
      for (const [path, text] of Object.entries(files)) {
        const old = await person.repos.getContent({ ...at, path, ref: branch }).catch(() => undefined);
        const sha = old && "sha" in old.data ? old.data.sha : undefined;
        const content = Buffer.from(text).toString("base64");
        await person.repos.createOrUpdateFileContents({
          ...at,
          path,
          branch,
          message: "By hand",
          content,
          ...(sha !== undefined && { sha }),
        });
      }
      return tip(branch);
    },
    open: async (id, branch) =>
      (await person.pulls.create({ ...named(id), head: branch, base: "main", title: "By hand" })).data.number,
    close: async (id, number) => {
      await person.pulls.update({ ...named(id), pull_number: number, state: "closed" });
    },
    pulls: async (id) => (await person.pulls.list({ ...named(id), state: "all" })).data.length,
    comments: async (id, number) => {
      const { data } = await person.issues.listComments({ ...named(id), issue_number: number });
      return data.map(({ body }) => body ?? "");
    },
    say: async (id, issue_number, body) => {
      const { data } = await person.issues.createComment({ ...named(id), issue_number, body });
      return data.id;
    },
    status: async (id, sha, context, state) => {
      await person.repos.createCommitStatus({ ...named(id), sha, context, state: states[state] });
    },
    require: async (id, branch, contexts) => {
      await person.repos.updateBranchProtection({
        ...named(id),
        branch,
        required_status_checks: { strict: false, contexts: [...contexts] },
        enforce_admins: false,
        required_pull_request_reviews: null,
        restrictions: null,
      });
    },
    rename: async (id, to) => {
      await person.repos.update({ ...named(id), name: to.split("/")[1]! });
    },
    archive: async (id) => {
      await person.repos.update({ ...named(id), archived: true });
    },
    member: async (id, role: Exclude<Role, "None">) => {
      const login = `${role.toLowerCase()}-${seen.size}`;
      seen.set(login, seen.size);
      server.createUser({ login });
      await person.repos.addCollaborator({ ...named(id), username: login, permission: words[role] });
      return login;
    },
    label: async (id, name) => {
      await person.issues.createLabel({ ...named(id), name });
    },
    decoration: async (id, pull_number) => {
      const { data } = await person.pulls.get({ ...named(id), pull_number });
      const logins = (list: readonly { readonly login: string }[]) => list.map(({ login }) => login).sort();
      return {
        labels: data.labels.map(({ name }) => name).sort(),
        reviewers: logins(data.requested_reviewers ?? []),
        assignees: logins(data.assignees ?? []),
      };
    },
    tag: async (id, tag, sha) => {
      await person.git.createRef({ ...named(id), ref: `refs/tags/${tag}`, sha });
    },
    tags: async (id) => (await person.repos.listTags({ ...named(id) })).data.map(({ name }) => name).sort(),
    release: async (id, { tag, title, body }) => {
      await person.repos.createRelease({ ...named(id), tag_name: tag, name: title, body });
    },
    releases: async (id) =>
      (await person.repos.listReleases({ ...named(id) })).data
        .map(({ tag_name, name }) => [tag_name, name ?? ""] as const)
        .sort(),
    download: async (id, tag, asset) => {
      const { data } = await person.repos.getReleaseByTag({ ...named(id), tag });
      const url = data.assets.find(({ name }) => name === asset)!.browser_download_url;
      return new Uint8Array(await (await fetch(url)).arrayBuffer());
    },
    review: async (id, pull_number, by, says) => {
      const { rest } = new Octokit({ baseUrl: server.api, auth: server.createToken(by), log: quiet });
      await rest.pulls.createReview({ ...named(id), pull_number, event: events[says], body: "Read." });
    },
    dismiss: async (id, pull_number, by) => {
      const { data } = await person.pulls.listReviews({ ...named(id), pull_number });
      const review_id = data.findLast(({ user }) => user?.login === by)!.id;
      await person.pulls.dismissReview({ ...named(id), pull_number, review_id, message: "Not so." });
    },
    allow: async (id, methods) => {
      await person.repos.update({
        ...named(id),
        allow_merge_commit: methods.includes("Merge"),
        allow_squash_merge: methods.includes("Squash"),
        allow_rebase_merge: methods.includes("Rebase"),
      });
    },
    offerAutoMerge: async (id, on) => {
      await person.repos.update({ ...named(id), allow_auto_merge: on });
    },
    queue: {
      require: async (id, base) => {
        await person.repos.createRepoRuleset({
          ...named(id),
          name: "queue",
          enforcement: "active",
          conditions: { ref_name: { include: [`refs/heads/${base}`], exclude: [] } },
          rules: [{ type: "merge_queue" }],
        });
      },
      groups: async (id) => {
        const { data } = await person.git.listMatchingRefs({ ...named(id), ref: "heads/gh-readonly-queue/" });
        return data.map(({ object }) => object.sha);
      },
    },
    stop: async () => {
      await close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
