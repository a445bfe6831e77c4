import type { Edit } from "../../schema/edit.ts";
import type { Scalars } from "../yaml/scalars.ts";
import { setJson } from "./json.ts";
import { type EditedText, refuse } from "./refused.ts";
import { setToml } from "./toml.ts";
import { setXml } from "./xml.ts";

type Set = NonNullable<Edit["set"]>;
export type Format = NonNullable<Set["format"]>;

const mebi = 1 << 20;

/** Longest file of which values are set, in bytes. YAML and TOML take a second for every few MiB. */
const most: Readonly<Record<Format, number>> = { Yaml: 8 * mebi, Toml: 8 * mebi, Json: 32 * mebi, Xml: 32 * mebi };

const byName: readonly (readonly [RegExp, Format])[] = [
  [/\.(json|jsonc|json5|webmanifest|ipynb|geojson|code-workspace)$/, "Json"],
  [/^(composer|flake|deno|bun|Pipfile|packages)\.lock$/, "Json"],
  [/\.toml$/, "Toml"],
  [/^(Cargo|poetry|uv|pdm|Gopkg)\.lock$|^Pipfile$/, "Toml"],
  [/\.(xml|pom|csproj|fsproj|vbproj|props|targets|nuspec|plist)$/, "Xml"],
];

/** How a file is written, by its name. */
export function formatOf(path: string): Format {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? "Yaml";
}

/** Sets values in a file. All of them are of one format. */
export function setValues(
  text: string,
  { path, sets, bytes }: { readonly path: string; readonly sets: readonly Set[]; readonly bytes: number },
  scalars: Scalars,
): EditedText {
  const format = sets[0]?.format ?? formatOf(path);
  if (bytes > most[format]) {
    const message = `it has ${bytes} bytes, and values of ${format} files are set up to ${most[format]}`;
    return refuse("FileTooLarge", message);
  }
  switch (format) {
    case "Json":
      return setJson(text, sets);
    case "Toml":
      return setToml(text, sets);
    case "Xml":
      return setXml(text, sets);
    case "Yaml":
      return scalars.set(text, sets);
  }
}
