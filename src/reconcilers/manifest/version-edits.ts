import type { Edit } from "../../schema/edit.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Rule } from "../release/rule.ts";
import { java } from "./version/java.ts";
import { node } from "./version/node.ts";
import { dart, dotnet, go, helm, librarian, php, plain, ruby } from "./version/plain.ts";
import { python } from "./version/python.ts";
import { rust } from "./version/rust.ts";
import { type Keeping, type Site, setting } from "./version/site.ts";

type Language = NonNullable<Repository["spec"]["language"]>;

/** Where each ecosystem keeps the version. Swift's packages have none but their tag. */
const keepings: Readonly<Record<Language, readonly Keeping[]>> = {
  cpp: [plain],
  dart: [dart],
  dotnet: [dotnet],
  go: [go],
  helm: [helm],
  java: [java],
  node: [node],
  php: [php],
  python: [python],
  ruby: [ruby],
  rust: [rust],
  swift: [plain],
  other: [plain],
};

/** Marks of lines that say the version, ours and the one that many repositories have already. */
const markers = ["x-millrace-version", "x-release-please-version"];

/**
 * Edits that make the files of a repository, or of a library in it, say a version: where its ecosystem keeps it, in
 * `librarian.yaml`, and in the files of the rule. What is not there is left out; without a language, what is there tells it.
 * A file that the rule names gets its edit in any case, so that a proposal says what is wrong with it.
 */
export async function versionEdits({
  language,
  rule,
  ...about
}: Pick<Site, "version" | "read" | "list"> & {
  readonly language: Language | undefined;
  readonly rule: Rule;
}): Promise<readonly Edit[]> {
  const site: Site = { ...about, directory: rule.path ?? "", excludePaths: rule.excludePaths };
  const kept = language === undefined ? Object.values(keepings).flat() : keepings[language];
  const edits: Edit[] = [];
  for (const keeping of new Set([...kept, librarian])) edits.push(...(await keeping(site)));
  for (const { path, field } of rule.files) {
    if (field) edits.push(setting(path, field, site.version));
    else edits.push(...(await markedLines(path, site)));
  }
  return [...new Map(edits.map((edit) => [keyOf(edit), edit])).values()];
}

async function markedLines(path: string, { read, version }: Site): Promise<readonly Edit[]> {
  const text = await read(path);
  const there = markers.filter((marker) => text?.includes(marker));
  const wanted = there.length > 0 ? there : markers.slice(0, 1);
  return wanted.map((marker) => ({ path, line: { marker, what: "Version", value: version } }));
}

const keyOf = ({ path, set, line }: Edit): string => JSON.stringify([path, set?.field, line?.marker]);
