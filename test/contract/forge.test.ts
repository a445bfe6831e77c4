import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { startForge } from "../../src/embedded/forge/server.ts";
import { forgeOver, systemClock } from "../support/github.ts";
import { MemoryForge } from "../support/memory-forge.ts";
import { MemoryHost } from "../support/memory-host.ts";
import { Person } from "../support/memory-person.ts";
import { type ForgeFixture, testForge } from "./forge.contract.ts";

testForge("the GitHub adapter, on the embedded forge,", onEmbeddedForge);
testForge("the memory forge", inMemory);

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const states = { Passed: "success", Failed: "failure", Pending: "pending" } as const;

async function onEmbeddedForge(): Promise<ForgeFixture> {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-contract-"));
  const server = await startForge({ dataDir, clock: systemClock });
  const token = server.createToken("millrace-bot");
  const person = new Octokit({ baseUrl: server.api, auth: server.createToken("acme"), log: quiet }).rest;
  const { forge, close } = await forgeOver({ url: server.api, token });
  const named = (id: string) => ({ owner: id.split("/")[0]!, repo: id.split("/")[1]! });
  return {
    forge,
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
    stop: async () => {
      await close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function inMemory(): Promise<ForgeFixture> {
  const host = new MemoryHost(systemClock);
  const person = new Person(host);
  return {
    forge: new MemoryForge(host),
    create: async (id) => host.create(id, { "a.txt": "one\n" }).heads.get("main")!,
    commit: async (id, branch, files) => person.push(id, branch, files),
    open: async (id, branch) => {
      const [owner = "", name = ""] = id.split("/");
      const { signal } = new AbortController();
      const at = { owner, name };
      const text = { title: "By hand", body: "" };
      return (await new MemoryForge(host).pulls.open(at, { branch, base: "main" }, text, signal)).number;
    },
    close: async (id, number) => person.close(id, number),
    pulls: async (id) => host.get(id).pulls.length,
    comments: async (id, number) => host.get(id).pulls[number - 1]!.comments,
    status: async (id, sha, name, state) => person.addCheck(id, sha, name, state),
    require: async (id, base, names) => person.require(id, base, ...names),
    rename: async (id, to) => host.rename(id, to),
    archive: async (id) => {
      host.get(id).archived = true;
    },
    stop: async () => undefined,
  };
}
