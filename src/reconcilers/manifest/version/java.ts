import { posix } from "node:path";
import type { Edit } from "../../../schema/edit.ts";
import { childrenOf, readXml, textIn } from "../../change/xml.ts";
import type { XmlElement } from "../../change/xml-scan.ts";
import { pomXml } from "../format/maven.ts";
import type { Manifest } from "../format.ts";
import { below, isExcluded, type Keeping, type Site, setting, versionLines } from "./site.ts";

/** A `pom.xml` that is released: where it is, and what it says. */
interface Pom {
  readonly path: string;
  readonly says: (...names: readonly string[]) => string | undefined;
  readonly manifest: Manifest;
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
    for (const module of pom.manifest.members) {
      const folder = posix.join(posix.dirname(pom.path), module);
      const path = module.endsWith(".xml") ? folder : posix.join(folder, "pom.xml");
      if (poms.length >= most || isExcluded(site, posix.dirname(path)) || poms.some((each) => each.path === path))
        continue;
      const found = await readPom(site, path);
      if (found) poms.push(found);
    }
  }
  const old = resolved(top, top.says("version"));
  const names = new Set(poms.flatMap(({ manifest }) => manifest.provides.map(({ name }) => name)));
  return poms.flatMap((pom) => [
    ...ownVersion(pom, { old, isTop: pom === top, version: site.version }),
    ...eachOther(pom, { old, names, version: site.version }),
  ]);
}

async function readPom(site: Site, path: string): Promise<Pom | undefined> {
  const text = await site.read(path);
  const read = text === undefined ? undefined : readXml(text);
  if (read?.is !== "read" || read.root.name !== "project") return undefined;
  return {
    path,
    says: (...names) => {
      const found = names.reduce<XmlElement | undefined>((at, name) => at && childrenOf(at, name)[0], read.root);
      return found && textIn(text!, found);
    },
    manifest: pomXml.read(path, text!),
  };
}

const property = (text: string | undefined): string | undefined => /^\$\{([^{}]+)\}$/.exec(text ?? "")?.[1];

/** What a version says where it is a property of the same file. */
function resolved({ says }: Pom, version: string | undefined): string | undefined {
  const name = property(version);
  return name === undefined ? version : says("properties", name);
}

function ownVersion(
  { path, says }: Pom,
  { old, isTop, version }: { readonly old: string | undefined; readonly isTop: boolean; readonly version: string },
): readonly Edit[] {
  const own = says("version");
  const name = property(own);
  if (name !== undefined) {
    return says("properties", name) === old ? [setting(path, ["project", "properties", name], version)] : [];
  }
  return own !== undefined && (isTop || own === old) ? [setting(path, ["project", "version"], version)] : [];
}

/** What is released together and requires each other by the version so far: parents and dependencies. */
function eachOther(
  { path, manifest }: Pom,
  {
    old,
    names,
    version,
  }: { readonly old: string | undefined; readonly names: ReadonlySet<string>; readonly version: string },
): readonly Edit[] {
  return manifest.requires
    .filter(({ name, range }) => names.has(name) && range === old)
    .flatMap(({ moved }) => {
      const move = moved(version);
      return move?.is === "field" ? [setting(path, move.field, move.value)] : [];
    });
}
