import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createGit } from "../../src/git/git.ts";
import { importCommit, git as run } from "../support/git-server.ts";
import { silent } from "../support/memory-host.ts";
import type { GitFixture } from "./git.contract.ts";

const execFileAsync = promisify(execFile);
const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];

/** A forge that serves git over HTTP. */
export interface Served {
  /** Where a repository is found, by what the contract calls it. */
  readonly url: (id: string) => string;
  /** Passwords of a person who owns all repositories, and of us. */
  readonly person: string;
  readonly password: string;
  /** Makes an empty repository that we may write to. */
  readonly create: (id: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Git on such a forge, where a person has a clone of each repository, and pushes. */
export function byClone({ url, person, password, create, stop }: Served): GitFixture {
  const directory = mkdtempSync(join(tmpdir(), "millrace-git-"));
  const git = createGit({ directory: join(directory, "state"), path: process.env["PATH"] ?? "", log: silent });
  const clone = (id: string): string => join(directory, "clones", id);
  const push = async (id: string, ...refs: readonly string[]): Promise<void> => {
    const address = url(id).replace("//", `//x:${person}@`);
    await execFileAsync("git", ["-C", clone(id), "push", "--quiet", "--force", address, ...refs]);
  };
  return {
    git,
    remote: (id) => ({
      id: `test/${id}`,
      url: url(id),
      credential: async () => ({ username: "x-access-token", password }),
    }),
    create: async (id) => {
      await create(id);
      mkdirSync(clone(id), { recursive: true });
      run(clone(id), ["init", "--quiet", "--bare", "."]);
    },
    commit: async (id, branch, files, message = "By hand") => {
      const sha = importCommit(clone(id), branch, files, message);
      await push(id, `refs/heads/${branch}`);
      return sha;
    },
    tag: async (id, tag, sha) => {
      run(clone(id), [...who, "tag", "-a", "-m", tag, tag, sha]);
      await push(id, `refs/tags/${tag}`);
    },
    deleteBranch: async (id, branch) => {
      run(clone(id), ["update-ref", "-d", `refs/heads/${branch}`]);
      await push(id, `:refs/heads/${branch}`);
    },
    close: async () => {
      await git.close();
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
