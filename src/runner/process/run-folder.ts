import { join } from "node:path";

/** What belongs to one run on disk. The command sees `files`, `home` and `temporary`, and nothing beside them. */
export interface RunFolder {
  readonly root: string;
  readonly files: string;
  readonly home: string;
  readonly temporary: string;
  /** What the command takes for the root of the file system. */
  readonly view: string;
  /** Changed files that the command left, called by their number. */
  readonly kept: string;
  readonly result: string;
  /** The process that leads the run: see `leader.ts`. */
  readonly leader: string;
}

export function folderOf(directory: string, id: string): RunFolder {
  const root = join(directory, id);
  const below = (name: string): string => join(root, name);
  return {
    root,
    files: below("files"),
    home: below("home"),
    temporary: below("temporary"),
    view: below("view"),
    kept: below("kept"),
    result: below("result.json"),
    leader: below("leader.json"),
  };
}

/** Whether this can name a run, and with it a folder. */
export const isRunId = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);
