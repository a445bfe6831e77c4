import { type Data, dataIn, isData, textAt, valueAt } from "../../change/data.ts";
import { type Format, inField, nothing, type Requirement } from "../format.ts";
import { movedRange } from "../range.ts";

/** A requirement as PEP 508 writes it: name, extras, versions; what comes behind them is left alone. */
const wish = /^(?<head>(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?)(?<range>[^;@#()\\]*)/;

/** A requirement in a text; `start` is where it begins. */
function requirementAt(said: string, start: number, isEssential: boolean): Requirement | undefined {
  const found = wish.exec(said)?.groups as { head: string; name: string; range: string } | undefined;
  if (!found || /^[\w.+-]*:/.test(found.range)) return undefined;
  const range = found.range.trim();
  return {
    ...{ ecosystem: "pypi", name: found.name, range, isEssential },
    moved: (version) => {
      const value = movedRange(range, version);
      if (value === undefined) return undefined;
      const end = start + found.head.length + found.range.trimEnd().length;
      const gap = found.range.slice(0, found.range.length - found.range.trimStart().length);
      return { is: "part", part: { start, end, written: found.head + gap + value }, anchor: "Itself" };
    },
  };
}

/** `requirements.txt` and files with such names. */
export const requirementsTxt: Format = {
  is: (name) => /^(requirements|constraints)([-_.].*)?\.(txt|in)$/.test(name),
  read: (path, text) => {
    const isEssential = !/dev|test|lint|doc/.test(path.slice(path.lastIndexOf("/") + 1));
    const lines = [...text.matchAll(/^[ \t]*(?<said>[A-Za-z0-9][^\r\n]*)/gm)];
    const requires = lines.flatMap((found) => {
      const said = found.groups!["said"]!;
      return requirementAt(said, found.index + found[0].length - said.length, isEssential) ?? [];
    });
    return { ...nothing, requires };
  },
};

/** `pyproject.toml`, as PEP 621 and as Poetry write it. */
export const pyproject: Format = {
  is: (name) => name === "pyproject.toml",
  read: (path, text) => {
    const data = dataIn(path, text);
    if (!data) return nothing;
    const name = textAt(data, ["project", "name"]) ?? textAt(data, ["tool", "poetry", "name"]);
    const members = valueAt(data, ["tool", "uv", "workspace", "members"]);
    return {
      provides: name === undefined ? [] : [{ ecosystem: "pypi", name }],
      requires: [...inLists(data, text), ...inPoetry(data)],
      members: Array.isArray(members) ? members.filter((each) => typeof each === "string") : [],
    };
  },
};

/** Lists of requirements. Each is looked for in the text as it is written, since items of a list move. */
function inLists(data: Data, text: string): readonly Requirement[] {
  const groups = (keys: readonly string[]): readonly unknown[] => {
    const table = valueAt(data, keys);
    return isData(table) ? Object.values(table) : [];
  };
  const lists: readonly (readonly [unknown, boolean])[] = [
    [valueAt(data, ["project", "dependencies"]), true],
    ...groups(["project", "optional-dependencies"]).map((list) => [list, true] as const),
    [valueAt(data, ["build-system", "requires"]), false],
    ...groups(["dependency-groups"]).map((list) => [list, false] as const),
  ];
  return lists.flatMap(([list, isEssential]) =>
    (Array.isArray(list) ? list : []).flatMap((said) => {
      if (typeof said !== "string") return [];
      const places = ['"', "'"].flatMap((quote) => placesOf(quote + said + quote, text));
      return places.flatMap((at) => requirementAt(said, at + 1, isEssential) ?? []);
    }),
  );
}

function placesOf(part: string, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

function inPoetry(data: Data): readonly Requirement[] {
  const groups = valueAt(data, ["tool", "poetry", "group"]);
  const places = [
    ["dependencies"],
    ["dev-dependencies"],
    ...Object.keys(isData(groups) ? groups : {}).map((group) => ["group", group, "dependencies"]),
  ].map((place) => ["tool", "poetry", ...place]);
  return places.flatMap((place, at) => {
    const table = valueAt(data, place);
    return Object.entries(isData(table) ? table : {}).map(([name, said]) => {
      const about = { ecosystem: "pypi", name, isEssential: at === 0 } as const;
      if (typeof said === "string") return inField(about, said, [...place, name]);
      return inField(about, textAt(said, ["version"]), [...place, name, "version"]);
    });
  });
}

const quoted =
  /(?<quote>["'])(?<said>[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]"']*\])?\s*(?:~=|===?|!=|[<>]=?)[^"'\\\n]*)\k<quote>/g;

/** `setup.py`: what is quoted in it and reads like a requirement with a version. */
export const setupPy: Format = {
  is: (name) => name === "setup.py",
  read: (_, text) => {
    const name = /^\s*name\s*=\s*["'](?<name>[^"'\n]+)["']/m.exec(text)?.groups?.["name"];
    const all = [...text.matchAll(quoted)];
    return {
      provides: name === undefined ? [] : [{ ecosystem: "pypi", name }],
      requires: all.flatMap((found) => requirementAt(found.groups!["said"]!, found.index + 1, true) ?? []),
      members: [],
    };
  },
};
