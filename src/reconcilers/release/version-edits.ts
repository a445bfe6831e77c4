import type { Edit } from "../../schema/edit.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import { textOf } from "../change/text.ts";
import type { Rule } from "./rule.ts";

/** Edits that make a repository's files say a version, by its ecosystem and its rule. */
export type VersionEdits = (about: {
  readonly language: Repository["spec"]["language"];
  readonly rule: Rule;
  readonly version: string;
  /** The text of a file; undefined where there is none, or it is no text. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Names in a directory, those of directories with `/` at the end; undefined where there is none. */
  readonly list: (directory: string) => Promise<readonly string[] | undefined>;
}) => Promise<readonly Edit[]>;

/** The same, of one repository as of a commit. */
export type VersionEditsOf = (
  about: { readonly rule: Rule; readonly version: string; readonly sha: string },
  hands: Hands,
) => Promise<readonly Edit[]>;

export const versionEditsOf =
  (edits: VersionEdits, { spec: { language } }: Repository): VersionEditsOf =>
  ({ rule, version, sha }, { git, remote, signal }) =>
    edits({
      ...{ language, rule, version },
      read: async (path) => {
        const entry = await git.entry(remote, sha, path, signal);
        if (entry?.mode !== "File" && entry?.mode !== "Executable") return undefined;
        const content = await git.read(remote, sha, path, signal);
        return content && textOf(content);
      },
      list: (directory) => git.list(remote, sha, directory, signal),
    });
