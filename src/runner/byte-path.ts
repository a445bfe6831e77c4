/**
 * Paths as git has them: bytes. Here each byte is one character, so that they can be compared, kept as keys and cut at
 * slashes, and come back unharmed whether they are UTF-8 or not.
 */
export type BytePath = string;

export const bytePathOf = (bytes: Uint8Array): BytePath => Buffer.from(bytes).toString("latin1");

/** The path on disk. */
export const onDisk = (root: string, path: BytePath): Buffer =>
  path === "" ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, "latin1")]);

/** Undefined where it is not UTF-8. */
export function textOf(path: BytePath): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(path, "latin1"));
  } catch {
    return undefined;
  }
}

/** For people: what is not UTF-8 stands as `\xNN`, and so do control characters. */
export const shownPath = (path: BytePath): string => {
  const text = textOf(path);
  if (text !== undefined && !hasControls(text)) return text;
  return path.replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
};

const hasControls = (text: string): boolean => /\p{Cc}/u.test(text);

/** Whether a path stays below its root, with no detour, and outside of every `.git`. */
export const isInside = (path: BytePath): boolean => path.split("/").every(isName);

const isName = (part: string): boolean =>
  part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git" && !part.includes("\0");
