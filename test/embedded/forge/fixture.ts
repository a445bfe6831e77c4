import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Octokit } from "@octokit/rest";
import { type ForgeOptions, type RunningForge, startForge } from "../../../src/embedded/forge/server.ts";
import { operationOf, validateResponse } from "../../contract/github-openapi.ts";

const run = promisify(execFile);
const environment = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

/** A forge in a folder of its own, and what a test wants at hand beside it. */
export interface TestForge {
  readonly folder: string;
  readonly forge: RunningForge;
  /** Token of `acme`, who owns the repositories. */
  readonly token: string;
  /** What answers did not hold to in GitHub's own description, and what went wrong inside. */
  readonly problems: string[];
  /** Operations that have been answered with success, as `GET /repos/{owner}/{repo}`. */
  readonly answered: Set<string>;
  /** A real client; each of its answers is held against GitHub's description. */
  octokit(token?: string): Octokit;
  /** A repository of acme's with these files on main. */
  repository(name: string, files?: Readonly<Record<string, string>>): Promise<string>;
  git(cwd: string, ...args: readonly string[]): Promise<string>;
  /** Address that git clones, with the token in it. */
  address(repository: string, token?: string): string;
  /** Closes the forge, removes the folder, and fails where there were problems. */
  close(): Promise<void>;
}

/** Time stands still unless a test moves it. */
export const fixedClock = { now: () => new Date("2026-03-01T12:00:00Z") };

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export async function startTestForge(options: Partial<ForgeOptions> = {}): Promise<TestForge> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-forge-"));
  const problems: string[] = [];
  const answered = new Set<string>();
  const onError = (error: unknown, where: string): void => {
    problems.push(`${where}: ${error instanceof Error ? error.stack : error}`);
  };
  const forge = await startForge({ dataDir: join(folder, "data"), clock: fixedClock, onError, ...options });
  const token = forge.createToken("acme");
  const watched: typeof fetch = async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" });
    // The description has the object form of contents under a media type of its own.
    const isObject = new Headers(init?.headers).get("accept")?.includes(".object") === true;
    if (!isObject)
      problems.push(...(await problemsOf(String(input), init?.method ?? "GET", response.clone(), answered)));
    const location = response.headers.get("location");
    return location && response.status >= 300 && response.status < 400 ? fetch(location, init) : response;
  };
  return {
    ...{ folder, forge, token, problems, answered },
    octokit: (auth = token) => new Octokit({ baseUrl: forge.api, auth, log: silent, request: { fetch: watched } }),
    repository: async (name, files = { "README.md": "hello\n" }) => {
      const { sha } = await forge.createRepository({ owner: "acme", name, files });
      return sha!;
    },
    git: async (cwd, ...args) => (await run("git", [...args], { cwd, env: environment, encoding: "utf8" })).stdout,
    address: (repository, secret = token) =>
      `${forge.url.replace("//", `//x-access-token:${secret}@`)}/${repository}.git`,
    close: async () => {
      await forge.close();
      rmSync(folder, { recursive: true, force: true });
      assert.deepEqual(problems, []);
    },
  };
}

/** GitHub sends the status in the body of every error, although some of its schemas of errors do not say so. */
const sentAnyway = "the body: status is not in GitHub's description";

async function problemsOf(
  address: string,
  method: string,
  response: Response,
  answered: Set<string>,
): Promise<readonly string[]> {
  // The client leaves an empty last variable out, with its slash; the description has no such address.
  const pathname = new URL(address).pathname.replace(/\/(contents|git\/matching-refs)$/, "$&/-");
  if (!pathname.startsWith("/api/")) return [];
  const type = response.headers.get("content-type") ?? "";
  const text = await response.text();
  const operation = operationOf(method, pathname);
  if (operation && response.status < 400) answered.add(`${method} ${operation.template}`);
  if (text !== "" && !type.includes("application/json")) return [];
  const headers = Object.fromEntries(response.headers);
  const body = text === "" ? {} : { body: JSON.parse(text) as unknown };
  return validateResponse({ method, path: pathname, status: response.status, headers, ...body })
    .filter((problem) => response.status < 400 || !problem.includes(sentAnyway))
    .map((problem) => `${method} ${pathname} ${response.status}: ${problem}`);
}

/** The status of a call that fails, and GitHub's message and first error. */
export async function failureOf(call: Promise<unknown>): Promise<readonly [number, string]> {
  try {
    await call;
  } catch (error) {
    const { status, response } = error as {
      status: number;
      response?: {
        data?: { message?: string; errors?: readonly { message?: string; field?: string; code?: string }[] };
      };
    };
    const [first] = response?.data?.errors ?? [];
    const detail = first ? `: ${first.message ?? `${first.field} ${first.code}`}` : "";
    return [status, `${response?.data?.message ?? String(error)}${detail}`];
  }
  return [200, "it did not fail"];
}
