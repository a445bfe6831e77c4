import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGit } from "../../src/git/git.ts";
import { GitServer, git as run } from "../support/git-server.ts";
import { MemoryForge } from "../support/memory-forge.ts";
import { MemoryGit } from "../support/memory-git.ts";
import { MemoryHost, silent } from "../support/memory-host.ts";
import { Person } from "../support/memory-person.ts";
import { type GitFixture, testGit } from "./git.contract.ts";

testGit("the git command line, over HTTP,", () => onRealGit());

testGit("the git command line, at a server without protocol 2 and without partial clones,", () =>
  onRealGit((server) => {
    server.speaksV2 = false;
  }),
);

testGit("the memory git", async () => {
  const host = new MemoryHost({ now: () => new Date("2026-01-01T00:00:00Z") });
  const person = new Person(host);
  const forge = new MemoryForge(host);
  return {
    git: new MemoryGit(host),
    remote: (name) => {
      const [owner = "", repository = ""] = name.split("/");
      return forge.remote({ owner, name: repository });
    },
    create: (name) => host.create(name),
    commit: (name, branch, files, message) => person.push(name, branch, files, message),
    tag: (name, tag, sha) => person.tag(name, tag, sha),
    deleteBranch: (name, branch) => person.deleteBranch(name, branch),
    close: async () => undefined,
  };
});

async function onRealGit(prepare: (server: GitServer) => void = () => undefined): Promise<GitFixture> {
  const server = await GitServer.start();
  server.token = "s3cret";
  prepare(server);
  const directory = mkdtempSync(join(tmpdir(), "millrace-git-"));
  const git = createGit({ directory, path: process.env["PATH"] ?? "", log: silent });
  return {
    git,
    remote: (name) => ({
      id: `test/${name}`,
      url: server.url(name),
      credential: async () => ({ username: "x-access-token", password: "s3cret" }),
    }),
    create: (name) => {
      server.create(name);
      if (!server.speaksV2) run(server.directory(name), ["config", "uploadpack.allowFilter", "false"]);
    },
    commit: (name, branch, files, message) => server.commit(name, branch, files, message),
    tag: (name, tag, sha) => {
      const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
      run(server.directory(name), [...who, "tag", "-a", "-m", tag, tag, sha]);
    },
    deleteBranch: (name, branch) => run(server.directory(name), ["update-ref", "-d", `refs/heads/${branch}`]),
    close: async () => {
      await git.close();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
