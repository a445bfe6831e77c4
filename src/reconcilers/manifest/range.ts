import { compareVersions, parseVersion, type Version } from "../../sequencer/version.ts";

/** One bound of a range, such as `^1.2`, `>= 1.0.0` or `<2.0.0dev`. */
const bounds =
  /(?<how>\^|~=|~>|~|===|==|!=|>=|<=|>|<|=)?(?<gap>\s*)(?<text>v?\d+(?:\.(?:\d+|[xX*]))*(?:[-+.]?[0-9A-Za-z][0-9A-Za-z.+-]*)?)/g;
const parts = /^(?<v>v?)(?<numbers>\d+(?:\.(?:\d+|[xX*]))*)(?<rest>.*)$/;

/**
 * The range that asks for this version, written as before: with its operators, its upper bounds as far as they take the version, and
 * as many numbers as were said. The same text where it says so already; undefined where it is no range that can be moved, such as
 * `*`, `latest` or a path.
 */
export function movedRange(range: string, version: string): string | undefined {
  const wanted = parseVersion(version);
  if (!wanted || /[:/]/.test(range)) return undefined;
  // Of several ways that of the same major version is meant, else there is one more.
  const ways = range.split("||");
  const moved = ways.map((each) => movedBounds(each, wanted));
  const last = moved.at(-1);
  if (last === undefined || moved.includes(undefined)) return undefined;
  if (ways.length === 1) return last;
  const at = ways.findLastIndex((each) => majorOf(each) === String(wanted.core[0]));
  if (at < 0) return `${range.trimEnd()} || ${last.trim()}`;
  return ways.map((each, index) => (index === at ? moved[index]! : each)).join("||");
}

const majorOf = (range: string): string | undefined => /\d+/.exec(range)?.[0];

function movedBounds(range: string, wanted: Version): string | undefined {
  const all = [...range.matchAll(bounds)];
  // What is left over is no more than what stands between bounds.
  if (all.length === 0 || /[^\s,()[\]-]/.test(range.replace(bounds, ""))) return undefined;
  let moved = "";
  let done = 0;
  let isLow = true;
  for (const found of all) {
    const { how, gap, text } = found.groups as { how?: string; gap: string; text: string };
    const end = found.index + found[0].length;
    const kind = kindOf(range, how, { start: found.index, end });
    const now =
      kind === "low" && isLow
        ? like(text, wanted)
        : kind === "low" || kind === "other"
          ? text
          : raised(text, wanted, kind);
    if (kind === "low") isLow = false;
    moved += range.slice(done, found.index) + (how ?? "") + gap + now;
    done = end;
  }
  return moved + range.slice(done);
}

/** What a bound is: the lowest that is taken, the highest, the first that is not, or something else. */
type Kind = "low" | "highest" | "beyond" | "other";

function kindOf(range: string, how: string | undefined, { start, end }: { start: number; end: number }): Kind {
  if (how === "!=" || how === ">") return "other";
  if (how === "<") return "beyond";
  if (how === "<=") return "highest";
  if (how !== undefined) return "low";
  const before = range.slice(0, start);
  // The second of `1.2 - 2.3`, and of Maven's `[1.2,2.0)`.
  if (/\s-\s*$/.test(before)) return "highest";
  if (/[[(][^\])]*,\s*$/.test(before)) return /^\s*\]/.test(range.slice(end)) ? "highest" : "beyond";
  return "low";
}

/** An upper bound, raised where it does not take the version: one that is not taken itself to the next major version. */
function raised(text: string, wanted: Version, kind: "highest" | "beyond"): string {
  const { numbers, rest } = parts.exec(text)!.groups as { numbers: string; rest: string };
  const said = numbers.split(".");
  // The highest that is taken includes all that is not said: `<=2` takes 2.4.
  const filled = [0, 1, 2].map((at) =>
    /^\d+$/.test(said[at] ?? "") ? said[at]! : kind === "highest" ? "999999999" : "0",
  );
  const limit = parseVersion(filled.map(Number).join("."));
  if (!limit) return text;
  const order = compareVersions({ ...wanted, pre: [] }, limit);
  if (order < 0 || (order === 0 && kind === "highest")) return text;
  if (kind === "highest") return like(text, wanted);
  return said.map((_, at) => (at === 0 ? String(wanted.core[0] + 1n) : "0")).join(".") + rest;
}

/** The version, with as many numbers as before and the `v`; a pre-release whole, since less would not mean it. */
function like(text: string, { text: whole, core, pre }: Version): string {
  const { v, numbers } = parts.exec(text)!.groups as { v: string; numbers: string };
  const said = numbers.split(".");
  if (pre.length > 0 || (said.length >= 3 && !/[xX*]/.test(numbers))) return v + whole;
  return v + said.map((each, at) => (/\d/.test(each) ? String(core[at] ?? 0n) : each)).join(".");
}
