import { posix } from "node:path";
import { sectionsOf, type Section as Told } from "../change/changelog.ts";
import { textOf } from "../change/text.ts";
import type { PreviewHands } from "./preview.ts";
import type { Rule } from "./rule.ts";

/** What a changelog says about one version. */
export interface Section extends Told {
  /** Whether the heading says a day: what is only planned has none. */
  readonly isDated: boolean;
}

const day = /^.*\b\d{4}-\d{2}-\d{2}\b/;

/** The file in which a rule's changes are told. */
export const changelogOf = ({ changelog, path }: Pick<Rule, "changelog" | "path">): string =>
  changelog ?? posix.join(path ?? "", "CHANGELOG.md");

/** The sections of the changelog as of a commit; none where there is no such file. */
export async function readSections(rule: Rule, sha: string, hands: PreviewHands): Promise<readonly Section[]> {
  const { git, remote, signal } = hands;
  const path = changelogOf(rule);
  const entry = await git.entry(remote, sha, path, signal);
  if (entry?.mode !== "File" && entry?.mode !== "Executable") return [];
  const content = await git.read(remote, sha, path, signal);
  return sectionsOf((content && textOf(content)) ?? "").map((each) => ({ ...each, isDated: day.test(each.text) }));
}
