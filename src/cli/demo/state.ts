import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, exitCodes } from "../command.ts";
import type { Accounts } from "./fleet.ts";

/** Secrets of a local forge, made once and kept. */
export interface Credentials extends Accounts {
  readonly webhook: string;
  readonly cluster: string;
}

/** The folder in which `millrace up` keeps everything. */
export interface State {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly credentials: Credentials;
  release(): void;
}

/** Opens the folder, and holds it until released. Throws when another process that lives holds it. */
export function openState(folder: string): State {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = join(folder, "lock");
  const holder = holderOf(lock);
  if (holder !== undefined && holder !== process.pid) {
    throw new CommandError(`${folder} is in use by process ${holder}`, {
      code: exitCodes.unavailable,
      next: "stop it, or give another folder with --state",
    });
  }
  writeFileSync(lock, String(process.pid));
  return {
    folder,
    kubeconfig: join(folder, "kubeconfig"),
    credentials: credentialsIn(join(folder, "credentials.json")),
    release: () => rmSync(lock, { force: true }),
  };
}

function holderOf(lock: string): number | undefined {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Written whole and moved into place, so that a crash leaves either no file or a good one. */
export function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function credentialsIn(path: string): Credentials {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Credentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secret = () => randomBytes(20).toString("hex");
  const made = { bot: secret(), developer: secret(), robot: secret(), webhook: secret(), cluster: secret() };
  writeWhole(path, JSON.stringify(made));
  return made;
}
