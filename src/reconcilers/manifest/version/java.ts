import { posix } from "node:path";
import type { Edit } from "../../../schema/edit.ts";
import { childrenOf, readXml, textIn } from "../../change/xml.ts";
import type { XmlElement } from "../../change/xml-scan.ts";
import { below, isExcluded, type Keeping, type Site, setting, versionLines } from "./site.ts";

/** A `pom.xml` that is released: where it is, and what it says. */
interface Pom {
  readonly path: string;
  readonly root: XmlElement;
  readonly says: (...names: readonly string[]) => string | undefined;
  readonly modules: readonly string[];
}

/** Most modules that are followed. */
const most = 200;

const inGradle = /^[ \t]*version\s*=?\s*(?<quote>["'])(?<value>\d[^"'\n$]*)\k<quote>/dgm;
const inProperties = /^[ \t]*version[ \t]*[=:][ \t]*(?<value>\d[^\s]*)/dgm;

/** `pom.xml` with its modules, and what Gradle reads. */
export const java: Keeping = async (site) => {
  const { version } = site;
  const edits = [...(await inPoms(site))];
  const properties = below(site, "gradle.properties");
  edits.push(...versionLines(properties, await site.read(properties), inProperties, version));
  for (const name of ["build.gradle", "build.gradle.kts"]) {
    const path = below(site, name);
    edits.push(...versionLines(path, await site.read(path), inGradle, version));
  }
  return edits;
};

async function inPoms(site: Site): Promise<readonly Edit[]> {
  const top = await readPom(site, below(site, "pom.xml"));
  if (!top) return [];
  const poms = [top];
  for (const pom of poms) {
    for (const module of pom.modules) {
      const folder = posix.join(posix.dirname(pom.path), module);
      const path = module.endsWith(".xml") ? folder : posix.join(folder, "pom.xml");
      if (poms.length >= most || isExcluded(site, posix.dirname(path)) || poms.some((each) => each.path === path))
        continue;
      const found = await readPom(site, path);
      if (found) poms.push(found);
    }
  }
  const old = resolved(top, top.says("version"));
  const names = new Set(poms.map(({ says }) => says("artifactId")));
  return poms.flatMap((pom) => editsOf(pom, { old, names, top, version: site.version }));
}

async function readPom(site: Site, path: string): Promise<Pom | undefined> {
  const text = await site.read(path);
  const read = text === undefined ? undefined : readXml(text);
  if (read?.is !== "read" || read.root.name !== "project") return undefined;
  const { root } = read;
  const find = (names: readonly string[]): XmlElement | undefined =>
    names.reduce<XmlElement | undefined>((at, name) => at && childrenOf(at, name)[0], root);
  const modules = find(["modules"]);
  return {
    path,
    root,
    says: (...names) => {
      const element = find(names);
      return element && textIn(text!, element);
    },
    modules: modules ? childrenOf(modules, "module").flatMap((each) => textIn(text!, each) ?? []) : [],
  };
}

const property = (text: string | undefined): string | undefined => /^\$\{([^{}]+)\}$/.exec(text ?? "")?.[1];

/** What a version says where it is a property of the same file. */
function resolved({ says }: Pom, version: string | undefined): string | undefined {
  const name = property(version);
  return name === undefined ? version : says("properties", name);
}

function editsOf(
  { path, says }: Pom,
  {
    old,
    names,
    top,
    version,
  }: { old: string | undefined; names: ReadonlySet<string | undefined>; top: Pom; version: string },
): readonly Edit[] {
  const edits: Edit[] = [];
  const own = says("version");
  const name = property(own);
  if (name !== undefined && says("properties", name) === old) {
    edits.push(setting(path, ["project", "properties", name], version));
  } else if (own !== undefined && name === undefined && (path === top.path || own === old)) {
    edits.push(setting(path, ["project", "version"], version));
  }
  const parent = says("parent", "artifactId");
  if (path !== top.path && names.has(parent) && says("parent", "version") === old) {
    edits.push(setting(path, ["project", "parent", "version"], version));
  }
  return edits;
}
