import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ForgeError } from "../reconcilers/errors.ts";
import type { Remote } from "../reconcilers/git-port.ts";
import { remoteTitle } from "./access.ts";
import { folderOf, Mirror, makeMirror, tidy } from "./mirror.ts";

/** The mirror of a remote below the state folder, made where it is missing. `home` is made as well, and stays empty. */
export async function openMirror(directory: string, remote: Remote, home: string): Promise<Mirror> {
  const mirrors = join(resolve(directory), "mirrors");
  const mirror = join(mirrors, folderOf(remote.id));
  try {
    await mkdir(home, { recursive: true });
    await mkdir(mirrors, { recursive: true });
    await makeMirror(mirror);
    await tidy(mirror);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const message = `cannot keep a mirror of ${remoteTitle(remote)} below the state folder (${code})`;
    throw new ForgeError("unavailable", message, { cause: error });
  }
  return new Mirror(mirror);
}
