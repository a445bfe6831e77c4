import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { news, owner, source } from "./fleet.ts";
import type { Narrator } from "./narrator.ts";

const run = promisify(execFile);

/** A developer at work: clones the API source with plain git, adds a file, commits and pushes. Gives the new commit. */
export async function pushNews(
  { url, token, folder, path }: { url: string; token: string; folder: string; path: string },
  tell: Narrator,
  signal: AbortSignal,
): Promise<string> {
  const work = mkdtempSync(join(folder, "work-"));
  // The token goes through the environment: other users of the machine can read a command line.
  const authorization = `Authorization: Basic ${Buffer.from(`ada:${token}`).toString("base64")}`;
  const env = {
    PATH: path,
    HOME: work,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: "3",
    GIT_CONFIG_KEY_0: `http.${url}/.extraHeader`,
    GIT_CONFIG_VALUE_0: authorization,
    GIT_CONFIG_KEY_1: "user.name",
    GIT_CONFIG_VALUE_1: "Ada",
    GIT_CONFIG_KEY_2: "user.email",
    GIT_CONFIG_VALUE_2: "ada@example.com",
  };
  const git = async (...args: readonly string[]) =>
    (await run("git", [...args], { cwd: work, env, signal })).stdout.trim();
  try {
    const clone = `${url}/${owner}/${source}.git`;
    await git("clone", "--quiet", clone, source);
    const file = join(work, source, news.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, news.content);
    await git("-C", source, "add", "--all");
    await git("-C", source, "commit", "--quiet", "-m", news.message);
    await git("-C", source, "push", "--quiet", "origin", "main");
    const printed = await git("-C", source, "log", "--oneline", "--stat", "-1");
    tell.command(`git clone ${clone} && … && git commit -m "${news.message}" && git push`, printed);
    return await git("-C", source, "rev-parse", "HEAD");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
