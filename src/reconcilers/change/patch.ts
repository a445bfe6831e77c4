import type { RunChange } from "../../schema/change.ts";
import type { EntryMode } from "../git-port.ts";
import { matches } from "../glob.ts";
import type { RunFile } from "../runner-port.ts";
import { pathFault } from "./path.ts";
import { type Refused, refuse } from "./refused.ts";
import { textOf } from "./text.ts";

/** What there is on the base at a path; undefined where there is nothing. */
export type Entries = ReadonlyMap<string, EntryMode | undefined>;

/** Every path whose entry on the base `checkPatch` asks for: of what is changed, what links lead to, and all that is above them. */
export function pathsToKnow(files: readonly RunFile[]): readonly string[] {
  const paths = files.flatMap((file) => {
    const target = file.mode === "Link" && file.content ? targetOf(file) : undefined;
    return target?.is === "way" ? [file.path, ...target.way] : [file.path];
  });
  return [...new Set(paths.filter((path) => !pathFault(path)).flatMap((path) => [path, ...above(path)]))];
}

/** Why what a command left must not become a commit: the first file, by name, that breaks a rule, and the rule. */
export function checkPatch(files: readonly RunFile[], wish: RunChange, entries: Entries): Refused | undefined {
  const { limits, paths } = wish;
  if (files.length > limits.files) return over(`${files.length} files`, `limits.files allows ${limits.files}`);
  const bytes = files.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  if (bytes > limits.outputMiB * 2 ** 20)
    return over(`${bytes} bytes`, `limits.outputMiB allows ${limits.outputMiB} MiB`);
  const changed = new Map(files.map((file) => [file.path, file]));
  const byName = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const seen = new Set<string>();
  for (const file of byName) {
    const twice = seen.has(file.path) ? "is there twice" : undefined;
    seen.add(file.path);
    const fault = twice ?? pathFault(file.path) ?? placeFault(file, paths, { changed, entries });
    if (fault)
      return refuse("PatchRefused", `the command changed ${JSON.stringify(file.path.slice(0, 500))}, which ${fault}`);
  }
  return undefined;
}

const over = (what: string, rule: string): Refused =>
  refuse("PatchRefused", `the command changed ${what}, and ${rule}: raise it, or change less`);

interface Tree {
  readonly changed: ReadonlyMap<string, RunFile>;
  readonly entries: Entries;
}

function placeFault(file: RunFile, allowed: readonly string[], tree: Tree): string | undefined {
  const { path, content, mode } = file;
  if (!allowed.some((pattern) => matches(pattern, path))) {
    return `is in none of the paths that it may change (spec.change.run.paths: ${allowed.join(", ").slice(0, 300)})`;
  }
  if (tree.entries.get(path) === "Submodule") return "is a submodule";
  for (const parent of above(path)) {
    const fault = parentFault(parent, content !== undefined, tree);
    if (fault) return fault;
  }
  return content && mode === "Link" ? linkFault(file, tree) : undefined;
}

/** What is above a changed file has to be a directory: before the change for what is removed, else after it. */
function parentFault(parent: string, isWritten: boolean, { changed, entries }: Tree): string | undefined {
  const [before, after] = [entries.get(parent), changed.get(parent)];
  if (before === "Submodule") return `is in the submodule ${parent}`;
  if (isWritten && after) {
    const what = after.mode === "Link" ? "link" : "file";
    return after.content ? `is below ${parent}, which the command made a ${what}` : undefined;
  }
  if (before === "Link") return `is below the link ${parent}`;
  return before === "File" || before === "Executable" ? `is below ${parent}, which is a file` : undefined;
}

function linkFault(file: RunFile, tree: Tree): string | undefined {
  const target = targetOf(file);
  if (target.is === "fault") return `is a link that ${target.fault}`;
  for (const step of target.way) {
    const fault = pathFault(step);
    if (fault) return `is a link to ${JSON.stringify(step.slice(0, 300))}, which ${fault}`;
    if (isLink(step, tree)) return `is a link that leads on through the link ${step}`;
    if (tree.entries.get(step) === "Submodule") return `is a link into the submodule ${step}`;
  }
  return undefined;
}

function isLink(path: string, { changed, entries }: Tree): boolean {
  const after = changed.get(path);
  return after ? after.content !== undefined && after.mode === "Link" : entries.get(path) === "Link";
}

type Target =
  /** All that is passed on the way, from the root of the repository, the last included. */
  { readonly is: "way"; readonly way: readonly string[] } | { readonly is: "fault"; readonly fault: string };

/** Where a link leads to, step by step as a file system goes, or why it leads nowhere in the repository. */
function targetOf({ path, content }: RunFile): Target {
  const text = textOf(content!);
  const fault = text === undefined ? "leads to no text" : targetFault(text);
  if (fault) return { is: "fault", fault };
  const at = path.split("/").slice(0, -1);
  const way: string[] = [];
  for (const step of text!.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === "..") {
      if (at.pop() === undefined) return { is: "fault", fault: "leads out of the repository" };
      continue;
    }
    at.push(step);
    way.push(at.join("/"));
  }
  return { is: "way", way };
}

function targetFault(text: string): string | undefined {
  if (text === "") return "leads nowhere";
  if (/\p{Cc}/u.test(text)) return "leads to a path with a control character";
  if (text.includes("\\")) return "leads to a path with a backslash";
  return text.startsWith("/") || /^[A-Za-z]:/.test(text) ? "leads to an absolute path" : undefined;
}

/** The directories that a path is in, the innermost first. */
function above(path: string): readonly string[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, names.length - 1 - index).join("/"));
}
