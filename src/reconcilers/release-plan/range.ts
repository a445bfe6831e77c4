import { compareVersions, parseVersion, type Version } from "../../sequencer/version.ts";

/**
 * Whether a range such as `^1.2`, `~1.2.3`, `1.x`, `>=1.2, <2`, `==1.2.3` or `^1 || ^2` takes a version. A pre-release is taken
 * where the numbers are. What cannot be read takes nothing, so that somebody is asked rather than nobody.
 */
export function takes(range: string, version: string): boolean {
  const wanted = parseVersion(version);
  if (!wanted) return false;
  return range.split("||").some((each) => takesAll(each, wanted));
}

function takesAll(text: string, version: Version): boolean {
  const terms = text
    .replace(/(\^|~=|~>|~|[<>=!]=?)\s+/g, "$1")
    .split(/[\s,]+/)
    .filter(Boolean);
  return terms.length > 0 && terms.every((term) => takesOne(term, version));
}

function takesOne(term: string, version: Version): boolean {
  const match = /^(?<how>\^|~=|~>|~|>=|<=|>|<|==|=|!=)?v?(?<text>[0-9xX*][0-9A-Za-z.*+-]*)$/.exec(term);
  const low = match && lowest(match.groups!["text"]!);
  if (!low) return false;
  const order = compareVersions(version, low.version);
  switch (match.groups!["how"]) {
    case "^":
      return order >= 0 && isBelow(version, low, caretAt(low));
    case "~":
    case "~>":
    case "~=":
      return order >= 0 && isBelow(version, low, tildeAt(low, match.groups!["how"]!));
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0 || isSame(version, low);
    case ">":
      return order > 0 && !isSame(version, low);
    case "<":
      return order < 0;
    case "!=":
      return !isSame(version, low);
    default:
      return isSame(version, low);
  }
}

/** The lowest version that a text stands for, and how many of its numbers are said. */
interface Low {
  readonly version: Version;
  readonly said: number;
}

function lowest(text: string): Low | undefined {
  const [core = "", ...rest] = text.split(/(?=[-+])/);
  const numbers = core.split(".");
  const said = numbers.findIndex((each) => /^[xX*]$/.test(each));
  const known = said < 0 ? numbers : numbers.slice(0, said);
  const full = [...known, "0", "0", "0"].slice(0, Math.max(3, known.length)).join(".");
  const version = parseVersion(`${full}${known.length === 3 ? rest.join("") : ""}`);
  return version && { version, said: known.length };
}

/** Index of the number that must not be raised: the first that is not nought. */
function caretAt({ version: { core }, said }: Low): number {
  const first = core.findIndex((each) => each !== 0n);
  return first < 0 ? Math.max(0, said - 1) : first;
}

/** `~1.2.3` and `~1.2` keep the minor part, `~1` the major one; `~>` and `~=` keep all but the last that is said. */
const tildeAt = ({ said }: Low, how: string): number => (how === "~" ? Math.min(1, said - 1) : Math.max(0, said - 2));

/** Whether all numbers up to this one are the same. */
const isBelow = ({ core }: Version, { version }: Low, at: number): boolean =>
  at < 0 || version.core.every((each, index) => index > at || core[index] === each);

/** Whether what is said of it is the same. */
const isSame = (version: Version, low: Low): boolean =>
  low.said === 3 ? compareVersions(version, low.version) === 0 : isBelow(version, low, low.said - 1);
