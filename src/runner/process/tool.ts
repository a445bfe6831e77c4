import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

/** Programs of util-linux and coreutils that keep a command apart. */
const toolNames = [
  "sh",
  "env",
  "unshare",
  "mount",
  "umount",
  "pivot_root",
  "rmdir",
  "setpriv",
  "prlimit",
  "ip",
] as const;
export type ToolName = (typeof toolNames)[number];
export type Tools = Readonly<Partial<Record<ToolName, string>>>;

/** Where the tools are, on a search path. What is missing is left out. */
export function findTools(path: string): Tools {
  const directories = path.split(":").filter((each) => each.startsWith("/"));
  return Object.fromEntries(
    toolNames.flatMap((name) => {
      const found = directories.map((each) => join(each, name)).find(isProgram);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
