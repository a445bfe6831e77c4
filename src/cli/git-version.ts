import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError, exitCodes } from "./command.ts";

/** The oldest git whose configuration can come from the environment, which keeps tokens out of argument lists. */
const oldest = [2, 31] as const;

/** Throws where git is missing or too old. */
export async function requireGit(path: string): Promise<void> {
  const { stdout } = await promisify(execFile)("git", ["--version"], { env: { PATH: path } }).catch(() => {
    throw new CommandError("git is not on the PATH", {
      code: exitCodes.unavailable,
      next: "install git 2.31 or newer",
    });
  });
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1])) return;
  throw new CommandError(`${stdout.trim()} is too old`, {
    code: exitCodes.unavailable,
    next: "install git 2.31 or newer",
  });
}
