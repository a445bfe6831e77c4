import { ForgeError } from "../reconcilers/errors.ts";

/** The first git that takes configuration from its environment, which is how it is given the credential. */
const oldest = [2, 31] as const;

/** Passes when this, from `git version`, is new enough. Throws a ForgeError otherwise. */
export function checkVersion(text: string): void {
  const match = /git version (?<major>\d+)\.(?<minor>\d+)/.exec(text)?.groups;
  const [major, minor] = [Number(match?.["major"] ?? 0), Number(match?.["minor"] ?? 0)];
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  const found = match ? `${major}.${minor}` : "something else";
  throw new ForgeError(
    "rejected",
    `git ${oldest.join(".")} or newer is needed, and ${found} is on the PATH: install a newer one`,
  );
}
