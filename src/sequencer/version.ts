/** A version by the rules of Semantic Versioning 2.0.0. */
export interface Version {
  readonly text: string;
  readonly core: readonly [bigint, bigint, bigint];
  /** Identifiers of the pre-release; empty for a release. */
  readonly pre: readonly string[];
}

const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Undefined for what is no semantic version, such as one with a leading zero or a `v`. */
export function parseVersion(text: string): Version | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const pre = match[4]?.split(".") ?? [];
  if (pre.some((each) => /^0\d+$/.test(each))) return undefined;
  return { text, core: [BigInt(match[1]!), BigInt(match[2]!), BigInt(match[3]!)], pre };
}

/** Negative when `a` comes before `b`, by precedence; build metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    if (a.core[index] !== b.core[index]) return a.core[index] < b.core[index] ? -1 : 1;
  }
  return comparePre(a.pre, b.pre);
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  // A release comes after its pre-releases.
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, mine] of a.entries()) {
    const theirs = b[index];
    if (theirs === undefined) return 1;
    const difference = compareIdentifiers(mine, theirs);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA !== numericB) return numericA ? -1 : 1;
  if (a === b) return 0;
  if (numericA) return BigInt(a) < BigInt(b) ? -1 : 1;
  return a < b ? -1 : 1;
}

/** The version that a tag stands for, by a format such as `v{version}`; undefined when it does not fit. */
export function versionOfTag(tag: string, format: string): Version | undefined {
  const at = format.indexOf("{version}");
  const [before, after] = [format.slice(0, at), format.slice(at + "{version}".length)];
  if (at < 0 || tag.length < before.length + after.length) return undefined;
  if (!tag.startsWith(before) || !tag.endsWith(after)) return undefined;
  return parseVersion(tag.slice(before.length, tag.length - after.length));
}
