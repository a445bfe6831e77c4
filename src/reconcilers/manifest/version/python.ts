import type { Edit } from "../../../schema/edit.ts";
import { textAt, valueAt } from "../../change/data.ts";
import { below, filesBelow, type Keeping, readData, type Site, setting, settings, versionLines } from "./site.ts";

const inSetup = /^\s+version\s*=\s*(?<quote>["'])(?<value>[^"'\n]*)\k<quote>/dgm;
const inSettings = /^version[ \t]*=[ \t]*(?<value>\d[^\s#;]*)/dgm;
const inModule =
  /^(?:__version__|VERSION|version)(?:\s*:\s*[\w.[\]]+)?\s*=\s*(?<quote>["'])(?<value>[^"'\n]*)\k<quote>/dgm;
const moduleName = /^(__init__|__about__|_?version|gapic_version|__version__)\.py$/;

/** `pyproject.toml`, `setup.py`, `setup.cfg` and the modules that say `__version__`. */
export const python: Keeping = async (site) => {
  const { version } = site;
  const [toml, setup, config] = [below(site, "pyproject.toml"), below(site, "setup.py"), below(site, "setup.cfg")];
  const project = await readData(site, toml);
  const fields = [
    ["project", "version"],
    ["tool", "poetry", "version"],
  ] as const;
  return [
    ...settings(toml, project, fields, version),
    ...(await inLock(site, textAt(project, ["project", "name"]))),
    ...versionLines(setup, await site.read(setup), inSetup, version),
    ...versionLines(config, await site.read(config), inSettings, version),
    ...(await modules(site)),
  ];
};

/** `uv.lock` repeats the version of the project itself. */
async function inLock(site: Site, name: string | undefined): Promise<readonly Edit[]> {
  const path = below(site, "uv.lock");
  const data = name === undefined ? undefined : await readData(site, path);
  const packages = valueAt(data, ["package"]);
  const own = Array.isArray(packages) ? packages.filter((each) => textAt(each, ["name"]) === name) : [];
  if (own.length !== 1 || textAt(own[0], ["version"]) === undefined) return [];
  return [setting(path, ["package", `[name=${name}]`, "version"], site.version)];
}

/** Modules of packages, next to the manifest or in `src`. */
async function modules(site: Site): Promise<readonly Edit[]> {
  const paths = await filesBelow(site, site.directory, (name) => moduleName.test(name), { depth: 5, most: 120 });
  const edits: Edit[] = [];
  for (const path of paths) edits.push(...versionLines(path, await site.read(path), inModule, site.version));
  return edits;
}
