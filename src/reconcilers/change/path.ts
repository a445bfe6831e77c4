/**
 * Why a path from outside cannot be a file of a repository; undefined when it can. Stricter than git: what some machine's
 * checkout would put into git's own folder, or outside of the work tree, is refused, whatever it is spelled like.
 */
export function pathFault(path: string): string | undefined {
  if (path === "") return "is empty";
  if (/\p{Cs}/u.test(path)) return "is not valid Unicode";
  if (/\p{Cc}/u.test(path)) return "holds a control character";
  if (path.includes("\\")) return "holds a backslash, which parts names on Windows";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
  if (Buffer.byteLength(path) > 4_096) return "is longer than 4096 bytes";
  for (const name of path.split("/")) {
    const fault = nameFault(name);
    if (fault) return fault;
  }
  return undefined;
}

function nameFault(name: string): string | undefined {
  if (name === "") return "ends with a slash, or holds two in a row";
  if (name === "." || name === "..") return `holds the step ${name}`;
  if (Buffer.byteLength(name) > 255) return "holds a name that is longer than 255 bytes";
  const bare = plainly(name);
  if (/^[. ]*$/.test(bare)) return "holds a name of nothing that can be seen";
  if (bare === ".git" || bare === "git~1") return "goes into .git, or into what some machine takes for it";
  // Git reads it for where submodules come from.
  if (bare === ".gitmodules" || /^(gitmod~\d|gi7eba~\d)$/.test(bare))
    return "is .gitmodules, or some machine takes it for that";
  return undefined;
}

/**
 * A name as the most forgiving machine reads it: macOS ignores some code points, and knows letters by what they are made of;
 * Windows ignores dots and spaces at the end and what follows a colon; neither tells capitals from others.
 */
const plainly = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]/gu, "")
    .toLowerCase()
    .replace(/(?<=[^:]):.*$/, "")
    .replace(/(?<=[^. ])[. ]+$/, "");
