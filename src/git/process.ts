import { type ChildProcess, spawn } from "node:child_process";
import { ForgeError } from "../reconcilers/errors.ts";

export interface Command {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Bytes for standard input; without them it is empty. */
  readonly input?: Uint8Array | string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Most bytes of standard output that are taken. */
  readonly maxBytes?: number;
}

export interface Finished {
  /** Undefined when a signal ended it that was not ours. */
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const defaultMaxBytes = 256 * 1024 * 1024;
/** Most bytes of standard error that are kept. */
export const maxErrorBytes = 64 * 1024;
/** Between asking a process group to end and ending it. */
const graceMs = 2_000;

/**
 * Runs `git` in a process group of its own. Rejects with the signal's reason when aborted, and with a ForgeError when
 * it could not be started, took too long, or said too much; the whole group is gone by then, or is being killed.
 * Exit codes are for the caller to judge.
 */
export function runGit(command: Command): Promise<Finished> {
  const { signal } = command;
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const child = startGit(command);
    const stdout = collect(child, "stdout", command.maxBytes ?? defaultMaxBytes, (limit) =>
      stop(new ForgeError("rejected", `git ${command.args[0]} gave more than ${limit} bytes`)),
    );
    const stderr = collect(child, "stderr", maxErrorBytes, () => undefined);
    let failure: unknown;
    const stop = (reason: unknown): void => {
      failure ??= reason;
      endGroup(child);
    };
    const abort = (): void => stop(signal.reason);
    const timer = setTimeout(() => {
      stop(new ForgeError("unavailable", `git ${command.args[0]} took longer than ${command.timeoutMs / 1_000} s`));
    }, command.timeoutMs);
    signal.addEventListener("abort", abort, { once: true });
    child.once("error", (error) => {
      failure ??= unstartable(error, command);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      if (failure) reject(failure);
      else resolve({ code: code ?? undefined, stdout: stdout(), stderr: stderr().toString("utf8") });
    });
    child.stdin?.on("error", () => undefined); // It ended without reading all of its input; its exit code tells why.
    child.stdin?.end(command.input);
  });
}

/** Starts `git` as the leader of a process group. */
export function startGit({ args, env, cwd }: Pick<Command, "args" | "env" | "cwd">): ChildProcess {
  return spawn("git", [...args], { cwd, env: { ...env }, detached: true, stdio: ["pipe", "pipe", "pipe"] });
}

/** Ends a process group: politely, and after a moment with force. */
export function endGroup(child: ChildProcess): void {
  if (!signalGroup(child, "SIGTERM")) return;
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
  child.once("close", () => clearTimeout(timer));
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, name);
  } catch {
    return false; // Nobody is left in the group.
  }
}

/** Keeps what a stream of a process says, up to a limit; `full` is told when there is more. */
export function collect(
  child: ChildProcess,
  name: "stdout" | "stderr",
  limit: number,
  full: (limit: number) => void,
): () => Buffer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  child[name]?.on("data", (chunk: Buffer) => {
    if (bytes + chunk.length > limit) full(limit);
    else chunks.push(chunk);
    bytes = Math.min(limit, bytes + chunk.length);
  });
  return () => Buffer.concat(chunks);
}

/** The error for a process that could not be started. */
export function unstartable(error: Error, { env }: Pick<Command, "env">): ForgeError {
  const missing = "code" in error && error.code === "ENOENT";
  const why = missing ? `it is not on the PATH (${env["PATH"] ?? ""}), or the state folder is gone` : error.message;
  return new ForgeError("unavailable", `git could not be started: ${why}`, { cause: error });
}
