/** A version by the rules of semver.org. */
export interface SemanticVersion {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];
}

const number = "(0|[1-9]\\d*)";
const identifier = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const shape = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

/** A version; undefined when it is none. `lenient` admits `v1.2` and leading zeros. */
export function parseSemanticVersion(text: string, lenient = false): SemanticVersion | undefined {
  const match = shape.exec(lenient ? normalize(text) : text);
  if (!match) return undefined;
  const [, major = "", minor = "", patch = "", prerelease = ""] = match;
  return {
    numbers: [BigInt(major), BigInt(minor), BigInt(patch)],
    prerelease: prerelease === "" ? [] : prerelease.split("."),
  };
}

function normalize(text: string): string {
  const [, core = "", rest = ""] = /^v?([^+-]*)(.*)$/s.exec(text) ?? [];
  const parts = core.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  if (parts.length < 3 && rest !== "") return text;
  while (parts.length < 3) parts.push("0");
  return parts.join(".") + rest;
}

/** Below zero when the first version comes first. */
export function compareVersions(one: SemanticVersion, other: SemanticVersion): number {
  for (const [index, part] of one.numbers.entries()) {
    const theirs = other.numbers[index] ?? 0n;
    if (part !== theirs) return part < theirs ? -1 : 1;
  }
  // A version comes after its prereleases.
  if (one.prerelease.length === 0 || other.prerelease.length === 0) {
    return Math.sign(other.prerelease.length - one.prerelease.length);
  }
  return comparePrereleases(one.prerelease, other.prerelease);
}

function comparePrereleases(one: readonly string[], other: readonly string[]): number {
  for (const [index, part] of one.entries()) {
    const theirs = other[index];
    if (theirs === undefined) return 1;
    if (part !== theirs) return compareParts(part, theirs);
  }
  return one.length < other.length ? -1 : 0;
}

function compareParts(one: string, other: string): number {
  const [left, right] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (left && right) return BigInt(one) < BigInt(other) ? -1 : 1;
  if (left !== right) return left ? -1 : 1;
  return one < other ? -1 : 1;
}
