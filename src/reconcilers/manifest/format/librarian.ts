import { type Data, dataIn, isData, textAt, valueAt } from "../../change/data.ts";
import { sectionOf } from "../../yaml/section.ts";
import { type Ecosystem, type Format, inField, nothing, type Requirement } from "../format.ts";

/** Lists of tools in `librarian.yaml`, and whose names they hold. */
const tools: Readonly<Record<string, Ecosystem>> = {
  cargo: "cargo",
  composer: "composer",
  gem: "gem",
  go: "golang",
  maven: "maven",
  pip: "pypi",
  pnpm: "npm",
};

/** `librarian.yaml`: the sources that it follows by commit, and the tools that it uses by version. */
export const librarianYaml: Format = {
  is: (name) => name === "librarian.yaml",
  read: (path, text) => {
    const data = { ...entryIn(path, text, "sources"), ...entryIn(path, text, "tools") };
    const sources = data["sources"];
    const followed = Object.entries(isData(sources) ? sources : {}).map(
      ([name, source]): Requirement => ({
        ...{ ecosystem: "source", name, range: textAt(source, ["commit"]) ?? "", isEssential: true },
        // What follows a head is moved by the operation that syncs sources, with the digest of the archive.
        moved: () => undefined,
      }),
    );
    return {
      ...nothing,
      requires: [...followed, ...Object.entries(tools).flatMap(([kind, of]) => listed(data, kind, of))],
    };
  },
};

/** One entry of the file, which is large where there are many libraries, and read again for every new head. */
function entryIn(path: string, text: string, key: string): Data | undefined {
  if (!new RegExp(`^["']?${key}["']?[ \\t]*:`, "m").test(text)) return undefined;
  const section = sectionOf(text, key);
  return dataIn(path, section ? text.slice(section.start, section.end) : text);
}

function listed(data: unknown, kind: string, ecosystem: Ecosystem): readonly Requirement[] {
  const list = valueAt(data, ["tools", kind]);
  return (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((tool) => {
    const own = textAt(tool, ["name"]);
    if (own === undefined) return [];
    const [group, artifact] = [textAt(tool, ["group_id"]), textAt(tool, ["artifact_id"])];
    const name =
      group !== undefined && artifact !== undefined ? `${group}:${artifact}` : (textAt(tool, ["package"]) ?? own);
    const field = ["tools", kind, `[name=${own}]`, "version"];
    return [inField({ ecosystem, name, isEssential: false }, textAt(tool, ["version"]), field)];
  });
}
