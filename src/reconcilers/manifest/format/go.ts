import type { Format, Move, Requirement } from "../format.ts";

const entry = /^(?<head>\s*(?:require\s+|replace\s+)?)(?<path>[^\s"()]+)(?<gap>\s+)(?<version>v\d[^\s"]*)(?<rest>.*)$/;

/** `go.mod`: what stands in `require`, by itself or in brackets, and what replaces one version of it. */
export const goMod: Format = {
  is: (name) => name === "go.mod",
  read: (_, text) => {
    const module = /^module[ \t]+"?(?<path>[^\s"]+)/m.exec(text)?.groups?.["path"];
    return {
      provides: module === undefined ? [] : [{ ecosystem: "golang", name: module }],
      requires: [...requirementsIn(text)],
      members: [],
    };
  },
};

function* requirementsIn(text: string): Generator<Requirement> {
  let block: string | undefined;
  let at = 0;
  for (const line of text.split("\n")) {
    const begin = at;
    at += line.length + 1;
    const said = line.replace(/\/\/.*$/, "").trim();
    const opened = /^(?<verb>\w+)\s*\($/.exec(said)?.groups?.["verb"];
    if (said === ")") block = undefined;
    else if (opened !== undefined) block = opened;
    else {
      const verb = block ?? /^\w+/.exec(said)?.[0];
      const found = verb === "require" || verb === "replace" ? entry.exec(line)?.groups : undefined;
      if (found) yield requirementAt(found as unknown as Entry, begin, verb === "require");
    }
  }
}

interface Entry {
  readonly head: string;
  readonly path: string;
  readonly gap: string;
  readonly version: string;
  readonly rest: string;
}

const requirementAt = (found: Entry, begin: number, isRequired: boolean): Requirement => ({
  ...{ ecosystem: "golang", name: found.path, range: found.version },
  isEssential: isRequired && !/\/\/\s*indirect\b/.test(found.rest),
  moved: (version) => moved(found, begin, version),
});

/** The path of a module ends in the major version from 2 on, unless it has no `go.mod` (`+incompatible`). */
function moved({ head, path, gap, version: before }: Entry, begin: number, version: string): Move {
  const major = Number.parseInt(version, 10);
  const isOld = before.endsWith("+incompatible");
  const written = `v${version}${isOld ? "+incompatible" : ""}`;
  const bare = path.replace(/\/v\d+$/, "");
  const now = isOld
    ? path
    : /^gopkg\.in\/.*\.v\d+$/.test(path)
      ? path.replace(/\d+$/, String(major))
      : `${bare}${major > 1 ? `/v${major}` : ""}`;
  const start = begin + head.length;
  const at = start + path.length + gap.length;
  const end = at + before.length;
  if (now === path) return { is: "part", part: { start: at, end, written }, anchor: "Head" };
  return { is: "part", part: { start, end, written: `${now}${gap}${written}` }, anchor: "Itself" };
}
