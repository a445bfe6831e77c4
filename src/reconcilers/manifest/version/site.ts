import { posix } from "node:path";
import type { Edit } from "../../../schema/edit.ts";
import { type Data, dataIn, textAt } from "../../change/data.ts";
import { partsIn, textEdits } from "../text-edit.ts";

/** Where a version is written: the files of a commit, the directory that is released, and the version. */
export interface Site {
  readonly version: string;
  /** Directory that is released; "" for the whole repository. */
  readonly directory: string;
  /** Directories below that are released by themselves. */
  readonly excludePaths: readonly string[];
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Names in a directory, those of directories with `/` at the end; undefined where there is none. */
  readonly list: (directory: string) => Promise<readonly string[] | undefined>;
}

/** Where one ecosystem keeps the version. */
export type Keeping = (site: Site) => Promise<readonly Edit[]>;

/** A path below the directory that is released. */
export const below = ({ directory }: Pick<Site, "directory">, ...names: readonly string[]): string => {
  const path = posix.join(directory, ...names);
  return path === "." ? "" : path.replace(/\/$/, "");
};

/** Whether what is there is released by itself. */
export const isExcluded = ({ excludePaths }: Site, path: string): boolean =>
  excludePaths.map((each) => each.replace(/\/+$/, "")).some((each) => path === each || path.startsWith(`${each}/`));

export const setting = (path: string, field: readonly string[], value: string): Edit => ({
  path,
  set: { field: [...field], value },
});

/** What a file says; undefined where there is none, or where it is broken. */
export async function readData(site: Site, path: string): Promise<Data | undefined> {
  const text = await site.read(path);
  return text === undefined ? undefined : dataIn(path, text);
}

/** Sets those of these fields that hold a text. */
export const settings = (path: string, data: unknown, fields: readonly (readonly string[])[], value: string): Edit[] =>
  fields.filter((field) => textAt(data, field) !== undefined).map((field) => setting(path, field, value));

/** Writes the version where the pattern finds another in a file; `text` is the file's. */
export function versionLines(
  path: string,
  text: string | undefined,
  pattern: RegExp,
  version: string,
): readonly Edit[] {
  if (text === undefined) return [];
  const [first] = partsIn(text, pattern, () => version);
  return first ? textEdits(path, text, [first], "Head") : [];
}

/** Files by name in a directory and those below it, breadth first; hidden ones and what others wrote are left out. */
export async function filesBelow(
  site: Site,
  start: string,
  is: (name: string) => boolean,
  { depth, most }: { readonly depth: number; readonly most: number },
): Promise<readonly string[]> {
  const found: string[] = [];
  const queue = [{ directory: start, level: 0 }];
  // The queue grows while it is walked, up to so many directories.
  for (const { directory, level } of queue) {
    const names = (await site.list(directory)) ?? [];
    found.push(...names.filter((name) => !name.endsWith("/") && is(name)).map((name) => posix.join(directory, name)));
    const folders = names.filter((name) => name.endsWith("/") && !foreign.test(name));
    const paths = folders.map((name) => posix.join(directory, name.slice(0, -1)));
    const next = level < depth ? paths.filter((path) => !isExcluded(site, path)) : [];
    queue.push(
      ...next.slice(0, Math.max(0, most - queue.length)).map((path) => ({ directory: path, level: level + 1 })),
    );
  }
  return found;
}

const foreign = /^(\..*|node_modules|vendor|third_party|tests?|testdata|docs?|examples?|samples?|build|dist|target)\/$/;
