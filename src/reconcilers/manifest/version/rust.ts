import { posix } from "node:path";
import type { Edit } from "../../../schema/edit.ts";
import { type Data, isData, textAt, valueAt } from "../../change/data.ts";
import { matches } from "../../glob.ts";
import { movedRange } from "../range.ts";
import { below, isExcluded, type Keeping, readData, type Site, setting } from "./site.ts";

/** A `Cargo.toml` of what is released. */
interface Manifest {
  readonly path: string;
  readonly data: Data;
}

/** Most members of a workspace that are looked at. */
const most = 200;

/** `Cargo.toml`, the members of its workspace that have its version, the lock, and what they require of each other. */
export const rust: Keeping = async (site) => {
  const path = below(site, "Cargo.toml");
  const data = await readData(site, path);
  if (!data) return [];
  const top = { path, data };
  const members = await membersOf(site, data);
  const old = textAt(data, ["package", "version"]) ?? textAt(data, ["workspace", "package", "version"]);
  const released = [top, ...members].filter((each) => versionFields(each, top, old).length > 0 || inherits(each.data));
  const names = released.flatMap((each) => textAt(each.data, ["package", "name"]) ?? []);
  return [
    ...[top, ...members].flatMap((each) =>
      versionFields(each, top, old).map((field) => setting(each.path, field, site.version)),
    ),
    ...[top, ...members].flatMap((each) => requirements(each, new Set(names), site.version)),
    ...(await inLock(site, names)),
  ];
};

const inherits = (data: Data): boolean => valueAt(data, ["package", "version", "workspace"]) === true;

function versionFields(
  { path, data }: Manifest,
  top: Manifest,
  old: string | undefined,
): readonly (readonly string[])[] {
  const isTop = path === top.path;
  const own = textAt(data, ["package", "version"]);
  const shared = isTop && textAt(data, ["workspace", "package", "version"]) !== undefined;
  return [
    ...(own !== undefined && (isTop || own === old) ? [["package", "version"]] : []),
    ...(shared ? [["workspace", "package", "version"]] : []),
  ];
}

async function membersOf(site: Site, data: Data): Promise<readonly Manifest[]> {
  const patterns = valueAt(data, ["workspace", "members"]);
  const manifests: Manifest[] = [];
  for (const pattern of Array.isArray(patterns) ? patterns : []) {
    if (typeof pattern !== "string") continue;
    for (const folder of await foldersOf(site, pattern)) {
      const path = below(site, folder, "Cargo.toml");
      const member = manifests.length < most && !isExcluded(site, below(site, folder)) && (await readData(site, path));
      if (member) manifests.push({ path, data: member });
    }
  }
  return manifests;
}

/** Directories of the workspace that a pattern of members means; stars stand in the last part alone, as everywhere. */
async function foldersOf(site: Site, pattern: string): Promise<readonly string[]> {
  if (!pattern.includes("*")) return [pattern];
  const parent = posix.dirname(pattern);
  const names = parent.includes("*") ? [] : ((await site.list(below(site, parent))) ?? []);
  return names
    .filter((name) => name.endsWith("/"))
    .map((name) => posix.join(parent, name.slice(0, -1)))
    .filter((folder) => matches(pattern, folder));
}

const tables = ["dependencies", "dev-dependencies", "build-dependencies"];

/** What the workspace requires of its own crates by path and version, where that does not take the new version. */
function requirements({ path, data }: Manifest, names: ReadonlySet<string>, version: string): readonly Edit[] {
  const places = [...tables.map((each) => [each]), ["workspace", "dependencies"]];
  return places.flatMap((place) => {
    const table = valueAt(data, place);
    return Object.entries(isData(table) ? table : {}).flatMap(([key, wish]) => {
      const range = textAt(wish, ["version"]);
      if (range === undefined || textAt(wish, ["path"]) === undefined) return [];
      if (!names.has(textAt(wish, ["package"]) ?? key)) return [];
      const moved = movedRange(range, version);
      return moved === undefined || moved === range ? [] : [setting(path, [...place, key, "version"], moved)];
    });
  });
}

/** The lock at the root of the workspace repeats the versions of its own crates, which have no source. */
async function inLock(site: Site, names: readonly string[]): Promise<readonly Edit[]> {
  for (const path of new Set([below(site, "Cargo.lock"), "Cargo.lock"])) {
    const packages = valueAt(await readData(site, path), ["package"]);
    if (!Array.isArray(packages)) continue;
    return names
      .filter((name) => packages.filter((each) => textAt(each, ["name"]) === name).length === 1)
      .map((name) => setting(path, ["package", `[name=${name}]`, "version"], site.version));
  }
  return [];
}
