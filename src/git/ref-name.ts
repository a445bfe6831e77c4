/** Whether this can be the full name of a ref, by the rules of `git check-ref-format`. */
export function isRefName(name: string): boolean {
  if (!name.startsWith("refs/") || Buffer.byteLength(name) > 1_024) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them in names.
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(name)) return false;
  return name.split("/").every((step) => step !== "" && !step.startsWith(".") && !step.endsWith(".lock"));
}

/** Full name of a branch; undefined when nothing can be called so. */
export const branchRef = (branch: string): string | undefined => refOf("refs/heads/", branch);

/** Full name of a tag; undefined when nothing can be called so. */
export const tagRef = (tag: string): string | undefined => refOf("refs/tags/", tag);

function refOf(space: string, short: string): string | undefined {
  const name = `${space}${short}`;
  return short !== "" && !short.startsWith("-") && isRefName(name) ? name : undefined;
}
