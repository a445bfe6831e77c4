import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClosableGit, createGit, type GitOptions } from "../../src/git/git.ts";
import type { Remote } from "../../src/reconcilers/git-port.ts";
import { GitServer } from "./git-server.ts";
import { silent } from "./memory-host.ts";

/** Real git over real HTTP, with a token, for one test. */
export interface GitWorld {
  readonly server: GitServer;
  readonly git: ClosableGit;
  /** Where the mirrors are. */
  readonly directory: string;
  remote(name: string): Remote;
  /** A second process on the same folder, or the first one after a restart. */
  another(options?: Partial<GitOptions>): ClosableGit;
  /** How many requests the server got meanwhile. */
  requests(work: () => Promise<unknown>): Promise<number>;
}

export const token = "s3cret-t0ken";
export const { signal } = new AbortController();

/** Runs a test in a world of its own, and cleans up after it. */
export function inGitWorld(
  work: (world: GitWorld) => Promise<void>,
  options: Partial<GitOptions> = {},
): () => Promise<void> {
  return async () => {
    const server = await GitServer.start();
    server.token = token;
    const directory = mkdtempSync(join(tmpdir(), "millrace-git-"));
    const gits: ClosableGit[] = [];
    const another = (more: Partial<GitOptions> = {}): ClosableGit => {
      const path = process.env["PATH"] ?? "";
      const git = createGit({ directory, path, log: silent, ...options, ...more });
      gits.push(git);
      return git;
    };
    const remote = (name: string): Remote => ({
      id: `test/${name}`,
      url: server.url(name),
      credential: async () => ({ username: "x-access-token", password: token }),
    });
    const requests = async (what: () => Promise<unknown>): Promise<number> => {
      const before = server.seen.length;
      await what();
      return server.seen.length - before;
    };
    try {
      await work({ server, git: another(), directory, remote, another, requests });
    } finally {
      await Promise.all(gits.map((git) => git.close()));
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    }
  };
}

export const author = { name: "Millrace", email: "millrace@example.com" };

/** A commit of one file. */
export const changeOf = (parent: string, path: string, content: string | undefined) => ({
  parent,
  changes: [{ path, content: content === undefined ? undefined : Buffer.from(content) }],
  message: `Change ${path}\n`,
  author,
  at: new Date("2026-01-02T03:04:05Z"),
});
