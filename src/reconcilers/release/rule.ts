import type { Release } from "../../schema/release.ts";
import type { Library, ReleaseRule } from "../../schema/release-rule.ts";

/** How one release is made: of a repository or a library, on its base branch or another line. */
export interface Rule extends Omit<Library, "name" | "path" | "excludePaths" | "dependsOn"> {
  readonly branch: string;
  /** Directory that counts; undefined for the whole repository. */
  readonly path: string | undefined;
  readonly excludePaths: readonly string[];
  /** The libraries of the repository, where it is one of them that is released. */
  readonly siblings: readonly Pick<Library, "path" | "excludePaths">[];
  /** What a release may raise at most. */
  readonly bumps: "Any" | "MinorAtMost" | "PatchOnly";
}

export type Found =
  | { readonly is: "rule"; readonly rule: Rule }
  | {
      readonly is: "refused";
      readonly reason: "LibraryUnknown" | "LineUnknown" | "TagFormatShared";
      readonly message: string;
    };

/** The rule for a release, of what its Repository declares. `base` is the Repository's branch. */
export function ruleOf({ library, branch }: Release["spec"], declared: ReleaseRule, base: string): Found {
  const { libraries, lines, ...whole } = declared;
  const own = library === undefined ? undefined : libraries.find(({ name }) => name === library);
  if (library !== undefined && !own) {
    const known = libraries.map(({ name }) => name).join(", ") || "none";
    const message = `the Repository's spec.release.libraries has no ${library}: there are ${known}`;
    return { is: "refused", reason: "LibraryUnknown", message };
  }
  const line = branch === undefined || branch === base ? undefined : lines.find((each) => each.branch === branch);
  if (branch !== undefined && branch !== base && !line) {
    const message = `the Repository's spec.release.lines has no ${branch}: add it, or release ${base}`;
    return { is: "refused", reason: "LineUnknown", message };
  }
  const tags = (own ?? whole).tagFormat;
  const shared = sharedFormat(tags, own, libraries);
  if (shared) return shared;
  const rule: Rule = {
    ...whole,
    ...own,
    path: own?.path.replace(/\/+$/, ""),
    // What other libraries are released as does not belong to the rest.
    excludePaths: own ? own.excludePaths : libraries.map(({ path }) => path),
    siblings: own ? libraries : [],
    branch: branch ?? base,
    tagFormat: line?.tagFormat ?? tags,
    bumps: line?.bumps ?? "Any",
  };
  return { is: "rule", rule };
}

/** Versions that are tagged alike cannot be told apart. */
function sharedFormat(
  format: string,
  own: Library | undefined,
  libraries: readonly Library[],
): Extract<Found, { is: "refused" }> | undefined {
  const other = libraries.find(({ tagFormat, name }) => tagFormat === format && name !== own?.name);
  if (!other) return undefined;
  const both = own ? `libraries ${own.name} and ${other.name}` : `the repository and its library ${other.name}`;
  const message = `${both} both tag as ${format}, so nobody could tell their versions apart: give ${other.name} a tagFormat such as ${other.name}-${format}`;
  return { is: "refused", reason: "TagFormatShared", message };
}

/** A commit that touches so many libraries is about none of them: google's librarian draws the line there. */
const bulkLibraries = 10;

/** Whether what changed these paths changed libraries in bulk. */
export function isBulk(paths: readonly string[], { siblings }: Pick<Rule, "siblings">): boolean {
  if (siblings.length < bulkLibraries || paths.length < bulkLibraries) return false;
  const touched = siblings.filter((each) => paths.some((path) => isWithin(path, each)));
  return touched.length >= bulkLibraries;
}

/** Whether a path is one that the rule's version is about. A directory does not hold what merely begins like it. */
export function isWithin(path: string, { path: own, excludePaths }: Pick<Rule, "path" | "excludePaths">): boolean {
  const below = (folder: string): boolean => path === folder || path.startsWith(`${folder.replace(/\/+$/, "")}/`);
  return (own === undefined || below(own)) && !excludePaths.some(below);
}
