/**
 * Why a path cannot be a file in a git tree; undefined when it can. Stricter than git where a checkout on some
 * machine would step outside of the work tree or into the repository's own folder.
 */
export function pathFault(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.includes("\0")) return "holds a NUL character";
  if (Buffer.from(path, "utf8").toString("utf8") !== path) return "is not valid Unicode";
  if (Buffer.byteLength(path) > 4_096) return "is longer than 4096 bytes";
  for (const name of path.split("/")) {
    if (name === "") return "begins or ends with a slash, or holds two in a row";
    if (name === "." || name === "..") return `holds the step ${JSON.stringify(name)}`;
    if (isGitFolder(name)) return `goes into ${JSON.stringify(name)}, which belongs to git itself`;
  }
  return undefined;
}

/** Why an entry of a git tree, by git's own bytes (latin1), cannot be handed to a file system; undefined when it can. */
export function nameFault(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return `holds the step ${JSON.stringify(name)}`;
  if (name.includes("/")) return "holds a step with a slash in it";
  const seen = Buffer.from(name, "latin1").toString("utf8");
  return isGitFolder(seen) ? `goes into ${JSON.stringify(seen)}, which belongs to git itself` : undefined;
}

/** `.git` as Linux, macOS (ignores some code points) and Windows (short names, trailing dots and spaces) see it. */
function isGitFolder(name: string): boolean {
  const seen = name.replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "").toLowerCase();
  return /^(\.git|git~1)([. ]*|:.*)$/.test(seen) || seen.startsWith(".git\\") || seen.startsWith("git~1\\");
}
