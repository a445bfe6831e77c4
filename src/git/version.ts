import { ForgeError } from "../reconcilers/errors.ts";

/** Major and minor. */
export type Version = readonly [number, number];

/** The first git that takes configuration from its environment, which is how it is given the credential. */
export const oldest: Version = [2, 31];

/** The version in what `git version` says; 0.0 where there is none. */
export function parseVersion(text: string): Version {
  const match = /git version (?<major>\d+)\.(?<minor>\d+)/.exec(text)?.groups;
  return [Number(match?.["major"] ?? 0), Number(match?.["minor"] ?? 0)];
}

/** Passes when this is new enough. Throws a ForgeError that begins with `doing` otherwise. */
export function checkVersion([major, minor]: Version, needed: Version, doing = ""): void {
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return;
  const found = major > 0 ? `${major}.${minor}` : "something else";
  throw new ForgeError(
    "rejected",
    `${doing}git ${needed.join(".")} or newer is needed, and ${found} is on the PATH: install a newer one`,
  );
}
