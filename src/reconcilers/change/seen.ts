import type { EntryMode } from "../git-port.ts";
import type { Hands } from "./hands.ts";
import { type Refused, refuse } from "./refused.ts";

/** What there is at a path, as far as edits can work with it. */
export type Seen =
  /** `below`: a file that is in the way of anything there. */
  | { readonly is: "none"; readonly below?: string }
  | { readonly is: "file"; readonly content: Uint8Array; readonly mode: "File" | "Executable" }
  /** A link itself can be removed; nothing else can be done with it. */
  | { readonly is: "obstacle"; readonly refusal: Refused; readonly isLink: boolean };

/** Files by path; what is not in it was not looked at. */
export type Files = ReadonlyMap<string, Seen>;

/** What there is at these paths as of a commit. */
export async function seeAll(paths: readonly string[], sha: string, hands: Hands): Promise<Files> {
  const seen = await Promise.all(paths.map((path) => see(path, sha, hands)));
  return new Map(paths.map((path, index) => [path, seen[index]!]));
}

async function see(path: string, sha: string, hands: Hands): Promise<Seen> {
  const { git, remote, signal } = hands;
  const entry = await git.entry(remote, sha, path, signal);
  if (!entry) return absent(path, sha, hands);
  if (entry.mode !== "File" && entry.mode !== "Executable") {
    return { is: "obstacle", refusal: obstacles[entry.mode](path), isLink: entry.mode === "Link" };
  }
  const content = await git.read(remote, sha, path, signal);
  return content ? { is: "file", content, mode: entry.mode } : { is: "none" };
}

/** Nothing is there; a parent that is no directory says why. */
async function absent(path: string, sha: string, { git, remote, signal }: Hands): Promise<Seen> {
  const names = path.split("/");
  for (let depth = names.length - 1; depth > 0; depth--) {
    const parent = names.slice(0, depth).join("/");
    const entry = await git.entry(remote, sha, parent, signal);
    if (!entry) continue;
    if (entry.mode === "Directory") break;
    if (entry.mode === "File" || entry.mode === "Executable") return { is: "none", below: parent };
    return { is: "obstacle", refusal: obstacles[entry.mode](parent), isLink: false };
  }
  return { is: "none" };
}

const obstacles: Readonly<Record<Exclude<EntryMode, "File" | "Executable">, (path: string) => Refused>> = {
  Link: (path) =>
    refuse("PathIsLink", `${path} is a symbolic link, and nothing is written through one: name the file it leads to`),
  Submodule: (path) =>
    refuse("PathIsSubmodule", `${path} is a submodule, whose files are another repository's: propose it there`),
  Directory: (path) => refuse("PathIsDirectory", `${path} is a directory: name a file`),
};
