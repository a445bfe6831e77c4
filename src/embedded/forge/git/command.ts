import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { Gate } from "./gate.ts";

export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** What a finished git said. */
export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitOptions {
  /** Variables beside the few that every git gets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Buffer | string;
  /** Exit codes that are an answer and not a failure; 0 alone by default. */
  readonly accept?: readonly number[];
}

/** Settings of every git that the forge runs, whatever a repository's own config says. */
const settings = [
  "core.hooksPath=/dev/null",
  "core.quotePath=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "receive.autogc=false",
  "receive.fsckObjects=true",
  "transfer.unpackLimit=500",
  "uploadpack.allowFilter=true",
  "uploadpack.allowAnySHA1InWant=true",
  "protocol.file.allow=never",
  "safe.directory=*",
].flatMap((setting) => ["-c", setting]);

/** How many questions git answers at a time; more would only take turns on the processors. */
const questionLimit = 8;
const stderrLimit = 64 * 1024;
const timeoutMs = 120_000;

/** Runs git: argument lists only, nothing of the machine's or the person's configuration, no prompts. */
export class Git {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #running = new Set<GitProcess>();
  readonly #gate = new Gate(questionLimit);
  #closed = false;

  /** `searchPath` is where git is looked for, as PATH has it. */
  constructor(searchPath: string) {
    this.#environment = {
      PATH: searchPath,
      HOME: "/nonexistent",
      LC_ALL: "C",
      TZ: "UTC",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "forge",
      GIT_AUTHOR_EMAIL: "forge@localhost",
      GIT_COMMITTER_NAME: "forge",
      GIT_COMMITTER_EMAIL: "forge@localhost",
    };
  }

  /** Starts git on the bare repository at `path`; it is killed when the forge closes. */
  start(path: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): GitProcess {
    if (this.#closed) throw new Error(`git ${args[0]} was not started: the forge is closing`);
    const child = spawn("git", [...settings, "--git-dir", path, ...args], {
      cwd: "/",
      env: { ...this.#environment, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    // A child that is gone before it has read its input says so by its exit code.
    child.stdin.on("error", () => undefined);
    return child;
  }

  /** Runs git to its end. Throws with git's own words when the exit code is none of those accepted. */
  run(path: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    return this.#gate.pass(() => this.#run(path, args, options));
  }

  async #run(path: string, args: readonly string[], options: GitOptions): Promise<GitResult> {
    const child = this.start(path, args, options.environment);
    const chunks: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < stderrLimit) stderr += chunk.toString("utf8");
    });
    child.stdin.end(options.input ?? "");
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    const code = await exitOf(child).finally(() => clearTimeout(timer));
    if (!(options.accept ?? [0]).includes(code)) {
      throw new Error(`git ${args.join(" ")} in ${path} ended with ${code}: ${stderr.trim()}`);
    }
    return { code, stdout: Buffer.concat(chunks), stderr };
  }

  /** Kills what still runs. */
  async close(): Promise<void> {
    this.#closed = true;
    const ends = [...this.#running].map((child) => exitOf(child).catch(() => -1));
    for (const child of this.#running) child.kill("SIGKILL");
    await Promise.all(ends);
  }
}

/** The exit code of a process (128 where a signal ended it); rejects if it could not be started. */
export const exitOf = (child: GitProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(new Error("git could not be started: is it on the PATH?", { cause })));
    child.once("close", (code) => resolve(code ?? 128));
  });
