import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startForge } from "../../src/embedded/forge/server.ts";
import { createGit } from "../../src/git/git.ts";
import { GitServer, importCommit, git as run } from "../support/git-server.ts";
import { systemClock } from "../support/github.ts";
import { MemoryForge } from "../support/memory-forge.ts";
import { MemoryGit } from "../support/memory-git.ts";
import { MemoryHost, silent } from "../support/memory-host.ts";
import { Person } from "../support/memory-person.ts";
import { type GitFixture, testGit } from "./git.contract.ts";
import { testGitForReleases } from "./git-release.contract.ts";

const execFileAsync = promisify(execFile);

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

/** A person there has a clone, and pushes. */
async function onEmbeddedForge(): Promise<GitFixture> {
  const directory = mkdtempSync(join(tmpdir(), "millrace-git-"));
  const server = await startForge({ dataDir: join(directory, "forge"), clock: systemClock });
  const password = server.createToken("millrace-bot");
  const person = server.createToken("acme");
  const git = createGit({ directory: join(directory, "state"), path: process.env["PATH"] ?? "", log: silent });
  const clone = (name: string): string => join(directory, "clones", name);
  const push = async (name: string, ...refs: readonly string[]): Promise<void> => {
    const url = `${server.url.replace("//", `//x:${person}@`)}/${name}.git`;
    await execFileAsync("git", ["-C", clone(name), "push", "--quiet", "--force", url, ...refs]);
  };
  return {
    git,
    remote: (name) => ({
      id: `test/${name}`,
      url: `${server.url}/${name}.git`,
      credential: async () => ({ username: "x-access-token", password }),
    }),
    create: async (id) => {
      const [owner = "", name = ""] = id.split("/");
      await server.createRepository({ owner, name });
      server.addCollaborator(id, "millrace-bot", "write");
      mkdirSync(clone(id), { recursive: true });
      run(clone(id), ["init", "--quiet", "--bare", "."]);
    },
    commit: async (name, branch, files, message = "By hand") => {
      const sha = importCommit(clone(name), branch, files, message);
      await push(name, `refs/heads/${branch}`);
      return sha;
    },
    tag: async (name, tag, sha) => {
      const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
      run(clone(name), [...who, "tag", "-a", "-m", tag, tag, sha]);
      await push(name, `refs/tags/${tag}`);
    },
    deleteBranch: async (name, branch) => {
      run(clone(name), ["update-ref", "-d", `refs/heads/${branch}`]);
      await push(name, `:refs/heads/${branch}`);
    },
    close: async () => {
      await git.close();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
