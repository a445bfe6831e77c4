import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startForge } from "../../src/embedded/forge/server.ts";
import { createGit } from "../../src/git/git.ts";
import { GitServer, git as run } from "../support/git-server.ts";
import { systemClock } from "../support/github.ts";
import { MemoryForge } from "../support/memory-forge.ts";
import { MemoryGit } from "../support/memory-git.ts";
import { MemoryHost, silent } from "../support/memory-host.ts";
import { Person } from "../support/memory-person.ts";
import { type GitFixture, testGit } from "./git.contract.ts";
import { byClone } from "./git-by-clone.ts";
import { testGitForReleases } from "./git-release.contract.ts";

for (const holdTo of [testGit, testGitForReleases]) {
  holdTo("the git command line, over HTTP,", onRealGit);
  holdTo("the git command line, on the embedded forge,", onEmbeddedForge);
  holdTo("the memory git", inMemory);
}

async function inMemory(): Promise<GitFixture> {
  const host = new MemoryHost({ now: () => new Date("2026-01-01T00:00:00Z") });
  const person = new Person(host);
  const forge = new MemoryForge(host);
  return {
    git: new MemoryGit(host),
    remote: (name) => {
      const [owner = "", repository = ""] = name.split("/");
      return forge.remote({ owner, name: repository });
    },
    create: (name) => void host.create(name),
    commit: (name, branch, files, message) => person.push(name, branch, files, message),
    tag: (name, tag, sha) => person.tag(name, tag, sha),
    deleteBranch: (name, branch) => person.deleteBranch(name, branch),
    close: async () => undefined,
  };
}

async function onRealGit(): Promise<GitFixture> {
  const server = await GitServer.start();
  server.token = "s3cret";
  const directory = mkdtempSync(join(tmpdir(), "millrace-git-"));
  const git = createGit({ directory, path: process.env["PATH"] ?? "", log: silent });
  return {
    git,
    remote: (name) => ({
      id: `test/${name}`,
      url: server.url(name),
      credential: async () => ({ username: "x-access-token", password: "s3cret" }),
    }),
    create: (name) => void server.create(name),
    commit: (name, branch, files, message) => server.commit(name, branch, files, message),
    tag: (name, tag, sha) => {
      const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
      run(server.directory(name), [...who, "tag", "-a", "-m", tag, tag, sha]);
    },
    deleteBranch: (name, branch) => void run(server.directory(name), ["update-ref", "-d", `refs/heads/${branch}`]),
    close: async () => {
      await git.close();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function onEmbeddedForge(): Promise<GitFixture> {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-forge-"));
  const server = await startForge({ dataDir, clock: systemClock });
  return byClone({
    url: (id) => `${server.url}/${id}.git`,
    person: server.createToken("acme"),
    password: server.createToken("millrace-bot"),
    create: async (id) => {
      const [owner = "", name = ""] = id.split("/");
      await server.createRepository({ owner, name });
      server.addCollaborator(id, "millrace-bot", "write");
    },
    stop: async () => {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  });
}
