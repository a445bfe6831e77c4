import { targetFault } from "../../src/git/tree-edit.ts";
import { pathFault } from "../../src/git/tree-path.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type { FileChange } from "../../src/reconcilers/git-port.ts";
import { type Files, modeOf, withMode } from "./git-objects.ts";

/** Files with these changes. Throws a ForgeError where git would refuse one. */
export function editFiles(files: Files, changes: readonly FileChange[]): Files {
  const result = new Map(files);
  const seen = new Set<string>();
  for (const change of changes) {
    const { path, content } = change;
    const old = result.get(path);
    const fault = seen.has(path) ? "is changed twice" : faultOf(change, old);
    if (fault) throw new ForgeError("rejected", `the path ${JSON.stringify(path)} ${fault}`);
    seen.add(path);
    if (content) result.set(path, withMode(content, change.mode ?? (old ? modeOf(old) : "File")));
    else result.delete(path);
  }
  checkFolders(result);
  return result;
}

function faultOf({ path, content, mode }: FileChange, old: Uint8Array | undefined): string | undefined {
  if (old && modeOf(old) === "Link" && content && !mode) return "is a symbolic link, not a file";
  return pathFault(path) ?? (mode === "Link" && content ? targetFault(content) : undefined);
}

function checkFolders(files: Files): void {
  for (const path of files.keys()) {
    const folders = path.split("/").slice(0, -1);
    const file = folders.map((_, index) => folders.slice(0, index + 1).join("/")).find((folder) => files.has(folder));
    if (file !== undefined)
      throw new ForgeError("rejected", `${JSON.stringify(path)} is below ${JSON.stringify(file)}, which is a file`);
  }
}
