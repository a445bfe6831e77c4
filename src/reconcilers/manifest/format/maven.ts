import { childrenOf, readXml, textIn } from "../../change/xml.ts";
import type { XmlElement } from "../../change/xml-scan.ts";
import { type Format, inField, type Manifest, nothing, type Requirement } from "../format.ts";

/** `pom.xml`, with its modules. Versions can be properties of the same file. */
export const pomXml: Format = {
  is: (name) => name === "pom.xml",
  read: (_, text) => {
    const read = readXml(text);
    return read.is === "read" && read.root.name === "project" ? manifestOf(read.root, text) : nothing;
  },
};

/** Where dependencies stand. */
const lists = [["dependencies"], ["dependencyManagement", "dependencies"]] as const;

function manifestOf(root: XmlElement, text: string): Manifest {
  const child = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
    element && childrenOf(element, name)[0];
  const says = (element: XmlElement | undefined, name: string): string | undefined => {
    const found = child(element, name);
    return found && textIn(text, found);
  };
  const parent = child(root, "parent");
  const group = says(root, "groupId") ?? says(parent, "groupId");
  const own = says(root, "artifactId");
  const properties = child(root, "properties");

  const requirement = (element: XmlElement, place: readonly string[]): readonly Requirement[] => {
    const groupId = says(element, "groupId")?.replace(/^\$\{(project|pom)\.groupId\}$/, group ?? "");
    const artifactId = says(element, "artifactId");
    if (!groupId || artifactId === undefined) return [];
    const version = says(element, "version");
    const about = {
      ...({ ecosystem: "maven", name: `${groupId}:${artifactId}` } as const),
      isEssential: says(element, "scope") !== "test",
    };
    const property = /^\$\{([^{}]+)\}$/.exec(version ?? "")?.[1];
    if (property === undefined) return [inField(about, version, [...place, "version"])];
    return [inField(about, says(properties, property), ["project", "properties", property])];
  };
  const listed = lists.flatMap((names) => {
    const list = names.reduce<XmlElement | undefined>(child, root);
    const all = list ? childrenOf(list, "dependency") : [];
    return all.flatMap((each, at) => {
      const [groupId, artifactId] = [says(each, "groupId"), says(each, "artifactId")];
      const alike = all.filter((one) => says(one, "groupId") === groupId && says(one, "artifactId") === artifactId);
      const which = alike.length > 1 ? String(at) : `[groupId=${groupId},artifactId=${artifactId}]`;
      return requirement(each, ["project", ...names, "dependency", which]);
    });
  });
  const modules = child(root, "modules");
  return {
    provides: group && own ? [{ ecosystem: "maven", name: `${group}:${own}` }] : [],
    requires: [...(parent ? requirement(parent, ["project", "parent"]) : []), ...listed],
    members: modules ? childrenOf(modules, "module").flatMap((each) => textIn(text, each) ?? []) : [],
  };
}
