import { posix } from "node:path";
import { bounded } from "../bounded.ts";
import { matches } from "../glob.ts";
import { keyOf } from "./format.ts";
import { formatOf } from "./pin-edits.ts";

/** Files of a commit. */
export interface Files {
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Names in a directory, those of directories with `/` at the end; undefined where there is none. */
  readonly list: (directory: string) => Promise<readonly string[] | undefined>;
}

/** What the manifests of a repository say, all of them together, by path. `key` is what names are looked up by. */
export interface Said {
  readonly provides: readonly { readonly key: string; readonly path: string }[];
  /** Without what is only needed to develop. */
  readonly requires: readonly {
    readonly key: string;
    readonly name: string;
    readonly path: string;
    readonly range: string;
  }[];
}

/** Most directories in which manifests are looked for. */
const most = 600;
/** Files that are asked for at once, so that what is missing in a mirror is fetched together. */
const atOnce = 32;

/**
 * Reads the manifests in these directories, "" for the root, and in those that they name as members of a workspace. What is broken
 * says nothing.
 */
export async function readManifests(files: Files, directories: readonly string[]): Promise<Said> {
  const provides: Said["provides"][number][] = [];
  const requires: Said["requires"][number][] = [];
  const seen = new Set<string>();
  let wave = directories.map(clean);
  while (wave.length > 0) {
    const fresh = [...new Set(wave)].filter((each) => !seen.has(each)).slice(0, most - seen.size);
    for (const each of fresh) seen.add(each);
    const found = (await bounded(fresh, atOnce, (directory) => readIn(files, directory))).flat();
    for (const { path, manifest } of found) {
      provides.push(...manifest.provides.map((each) => ({ key: keyOf(each), path })));
      const essential = manifest.requires.filter(({ isEssential }) => isEssential);
      requires.push(...essential.map((each) => ({ key: keyOf(each), name: each.name, path, range: each.range })));
    }
    const members = found.flatMap(({ path, manifest }) => manifest.members.map((each) => [path, each] as const));
    wave = (await bounded(members, atOnce, ([path, member]) => foldersOf(files, posix.dirname(path), member))).flat();
  }
  const byPath = <T extends { readonly path: string; readonly key: string }>(all: T[]): T[] =>
    all.sort((a, b) => order(a.path, b.path) || order(a.key, b.key));
  return { provides: byPath(provides), requires: byPath(requires) };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** "" for the root. */
const clean = (path: string): string => posix.join(path, ".").replace(/\/$/, "").replace(/^\.$/, "");

async function readIn(files: Files, directory: string) {
  const names = (await files.list(directory)) ?? [];
  const paths = names.filter((name) => formatOf(name)).map((name) => posix.join(directory, name));
  const texts = await Promise.all(paths.map(files.read));
  return paths.flatMap((path, at) => {
    const text = texts[at];
    return text === undefined ? [] : [{ path, manifest: formatOf(path)!.read(path, text) }];
  });
}

/** Directories that a member of a workspace means: by itself, or with stars in its last part. */
async function foldersOf(files: Files, root: string, member: string): Promise<readonly string[]> {
  const path = clean(posix.join(root, member));
  if (path === ".." || path.startsWith("../")) return [];
  if (!path.includes("*")) return [path.replace(/(^|\/)[^/]+\.xml$/, "")];
  const parent = posix.dirname(path);
  if (parent.includes("*")) return [];
  const names = (await files.list(clean(parent))) ?? [];
  return names
    .filter((name) => name.endsWith("/"))
    .map((name) => clean(posix.join(parent, name)))
    .filter((folder) => matches(path.replace(/\*\*$/, "*"), folder));
}
