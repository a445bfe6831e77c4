import { posix } from "node:path";
import type { Edit } from "../../../schema/edit.ts";
import { textAt } from "../../change/data.ts";
import { childrenOf, readXml, textIn } from "../../change/xml.ts";
import { below, filesBelow, type Keeping, readData, type Site, setting, settings, versionLines } from "./site.ts";

/** One field of one file. */
const field =
  (name: string, ...keys: readonly string[]): Keeping =>
  async (site) => {
    const path = below(site, name);
    return settings(path, await readData(site, path), [keys], site.version);
  };

export const php: Keeping = field("composer.json", "version");
export const helm: Keeping = field("Chart.yaml", "version");
export const dart: Keeping = field("pubspec.yaml", "version");

const goPlaces = ["version.go", "version/version.go", "internal/version.go", "internal/version/version.go"];
const inGo = /^\s*(?:(?:const|var)\s+)?[Vv]ersion(?:\s+string)?\s*=\s*"v?(?<value>\d[^"\n]*)"/dgm;

/** Go's versions are its tags; some repositories say them in a constant as well. */
export const go: Keeping = async (site) => {
  const edits: Edit[] = [];
  for (const place of goPlaces) {
    const path = below(site, place);
    edits.push(...versionLines(path, await site.read(path), inGo, site.version));
  }
  return edits;
};

const inVersionRb = /^\s*VERSION\s*=\s*(?<quote>["'])(?<value>[^"'\n]*)\k<quote>/dgm;
const inGemspec = /^\s*\w+\.version\s*=\s*(?<quote>["'])(?<value>[^"'\n]*)\k<quote>/dgm;

/** `version.rb`, a gemspec that says the version itself, and the lock that repeats it. */
export const ruby: Keeping = async (site) => {
  const edits: Edit[] = [];
  const versions = await filesBelow(site, below(site, "lib"), (name) => name === "version.rb", { depth: 6, most: 60 });
  for (const path of versions) edits.push(...versionLines(path, await site.read(path), inVersionRb, site.version));
  const names = (await site.list(site.directory)) ?? [];
  const gemspecs = names.filter((name) => name.endsWith(".gemspec"));
  const lock = below(site, "Gemfile.lock");
  const locked = gemspecs.length > 0 ? await site.read(lock) : undefined;
  for (const name of gemspecs) {
    const path = below(site, name);
    edits.push(...versionLines(path, await site.read(path), inGemspec, site.version));
    const gem = posix.basename(name, ".gemspec").replace(/[.]/g, "\\.");
    // As RubyGems writes a pre-release.
    const inLock = new RegExp(`^ {4}${gem} \\((?<value>\\d[^()\\n]*)\\)`, "dgm");
    edits.push(...versionLines(lock, locked, inLock, site.version.replace("-", ".pre.")));
  }
  return edits;
};

/** `Version` of projects, and of what they share. */
export const dotnet: Keeping = async (site) => {
  const is = (name: string): boolean => /\.(cs|fs|vb)proj$|^Directory\.Build\.props$/.test(name);
  const edits: Edit[] = [];
  for (const path of await filesBelow(site, site.directory, is, { depth: 3, most: 60 })) {
    edits.push(...inProject(path, (await site.read(path)) ?? "", site));
  }
  return edits;
};

function inProject(path: string, text: string, { version }: Site): readonly Edit[] {
  const read = readXml(text);
  if (read.is !== "read" || read.root.name !== "Project") return [];
  const groups = childrenOf(read.root, "PropertyGroup");
  return groups.flatMap((group, at) =>
    ["Version", "VersionPrefix"]
      .filter((name) => /^\d/.test(childrenOf(group, name).flatMap((each) => textIn(text, each) ?? [])[0] ?? ""))
      .map((name) => setting(path, ["Project", "PropertyGroup", String(at), name], version)),
  );
}

const inCmake = /^\s*project\s*\([^)\n]*\bVERSION\s+(?<value>\d[\d.]*)/dgim;
const whole = /^(?<value>v?\d+\.\d+\.\d+\S*)\s*$/dg;

/** What has no ecosystem of its own: CMake, `version.txt`, and a `VERSION` that holds nothing else. */
export const plain: Keeping = async (site) => {
  const edits = [...(await field("vcpkg.json", "version")(site))];
  const cmake = below(site, "CMakeLists.txt");
  const [core] = site.version.split(/[-+]/, 1);
  edits.push(...versionLines(cmake, await site.read(cmake), inCmake, core!));
  for (const name of ["version.txt", "VERSION"]) {
    const path = below(site, name);
    const text = await site.read(path);
    if (text === undefined || text.search(whole) !== 0) continue;
    edits.push({ path, content: text.replace(/^(v?)\S+/, `$1${site.version}`) });
  }
  return edits;
};

/** The library of `librarian.yaml` whose directory is released. */
export const librarian: Keeping = async (site) => {
  const data = await readData(site, "librarian.yaml");
  const list = data?.["libraries"];
  const libraries = Array.isArray(list) ? (list as readonly unknown[]) : [];
  const clean = (path: string): string => posix.join(path, ".").replace(/\/$/, "");
  const isMine = (library: unknown): boolean => {
    const [name, output] = [textAt(library, ["name"]), textAt(library, ["output"])];
    if (site.directory === "") return libraries.length === 1;
    return output === undefined
      ? name === posix.basename(site.directory) || name === site.directory
      : clean(output) === clean(site.directory);
  };
  return libraries
    .filter((library) => isMine(library) && textAt(library, ["version"]) !== undefined)
    .flatMap((library) => textAt(library, ["name"]) ?? [])
    .map((name) => setting("librarian.yaml", ["libraries", `[name=${name}]`, "version"], site.version));
};
