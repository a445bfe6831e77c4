import type { Change, Note } from "./change.ts";

/** A heading of release notes, and the type of the changes below it. */
export interface Section {
  readonly type: string;
  readonly title: string;
  /** Its changes are told only where they are breaking. */
  readonly isHidden?: boolean;
}

/** The usual headings, in their order. */
const usualSections: readonly Section[] = [
  { type: "feat", title: "Features" },
  { type: "feature", title: "Features" },
  { type: "fix", title: "Bug Fixes" },
  { type: "perf", title: "Performance Improvements" },
  { type: "revert", title: "Reverts" },
  { type: "docs", title: "Documentation", isHidden: true },
  { type: "style", title: "Styles", isHidden: true },
  { type: "chore", title: "Miscellaneous Chores", isHidden: true },
  { type: "refactor", title: "Code Refactoring", isHidden: true },
  { type: "test", title: "Tests", isHidden: true },
  { type: "build", title: "Build System", isHidden: true },
  { type: "ci", title: "Continuous Integration", isHidden: true },
];

/** What notes are about. */
export interface Subject {
  readonly version: string;
  /** Page of the repository, without a slash at the end. Links are made from it. */
  readonly url: string;
  /** Root of the forge's pages, for links to accounts. */
  readonly host: string;
  readonly tag: string;
  /** Undefined for a first release. */
  readonly previousTag: string | undefined;
  /** Day of the release, as in 2026-11-21. */
  readonly date: string;
}

/** What is told of commits that touch so many libraries that each would tell of them as of its own. */
const bulkTitle = "Bulk Changes";

/** A change as it is told: a line below a heading. */
interface Told {
  readonly change: Change;
  readonly title: string;
  readonly rank: number;
  readonly subject: string;
  readonly scope: string;
  readonly closes: readonly string[];
}

/**
 * Release notes in Markdown, from the heading with the version on. Undefined where no change is for the eyes of users, and there
 * is nothing to release. Changes of the commits in `bulk` stand below a heading of their own, the last.
 */
export function notesOf(
  changes: readonly Change[],
  about: Subject,
  { sections = usualSections, bulk = none }: Layout = {},
): string | undefined {
  const told = changes.flatMap((change) => tell(change, about, { sections, bulk }));
  if (told.length === 0) return undefined;
  const breaking = told.flatMap(({ change, scope }) =>
    change.notes.filter(isBreaking).map(({ text }) => `* ${scope ? `**${scope}:** ` : ""}${linked(text, about)}`),
  );
  const groups = groupsOf(told).map(
    ({ title, lines }) => `### ${title}\n\n${lines.map((each) => lineOf(each, about)).join("\n")}`,
  );
  const warning = breaking.length > 0 ? `### ⚠ BREAKING CHANGES\n\n${breaking.join("\n")}\n\n` : "";
  return `${headingOf(about)}\n\n\n${warning}${groups.join("\n\n\n")}`;
}

/** How notes are laid out. */
export interface Layout {
  readonly sections?: readonly Section[];
  /** Commit ids. */
  readonly bulk?: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

const isBreaking = ({ title }: Note): boolean => title === "BREAKING CHANGE";

function headingOf({ version, url, tag, previousTag, date }: Subject): string {
  const title = previousTag === undefined ? version : `[${version}](${url}/compare/${previousTag}...${tag})`;
  return `## ${title} (${date})`;
}

const demanded = /release-as:\s*\w*@?([0-9]+\.[0-9]+\.[0-9a-z]+(-[0-9a-z.]+)?)\s*/i;

function tell(change: Change, about: Subject, { sections, bulk }: Required<Layout>): readonly Told[] {
  const section = sections.find(({ type }) => type === change.type.toLowerCase());
  const isDemand = change.notes.some(
    ({ title, text }) => title === "RELEASE AS" && demanded.test(`Release-As: ${text}`),
  );
  const isShown = change.isBreaking || isDemand || (section !== undefined && section.isHidden !== true);
  if (!isShown) return [];
  const isBulk = bulk.has(change.sha);
  const title = isBulk ? bulkTitle : (section?.title ?? change.type);
  const rank = isBulk ? sections.length : sections.findIndex((each) => each.title === title);
  const scope = change.scope === "*" ? "" : (change.scope ?? "");
  const { text, issues } = withLinks(escaped(change.subject), about);
  const closes = change.references.filter((issue) => !issues.has(issue));
  return [{ change, title, rank, subject: text, scope, closes }];
}

function groupsOf(told: readonly Told[]): readonly { readonly title: string; readonly lines: readonly Told[] }[] {
  const groups = new Map<string, Told[]>();
  for (const each of told) {
    const group = groups.get(each.title);
    if (group) group.push(each);
    else groups.set(each.title, [each]);
  }
  const key = ({ scope, subject }: Told): string => `${scope}${subject}`;
  return [...groups]
    .map(([title, lines]) => ({ title, lines: lines.sort((a, b) => key(a).localeCompare(key(b))) }))
    .sort((a, b) => a.lines[0]!.rank - b.lines[0]!.rank);
}

function lineOf({ change: { sha, header }, subject, scope, closes }: Told, { url }: Subject): string {
  const commit = ` ([${sha.slice(0, 7)}](${url}/commit/${sha}))`;
  const issues = closes.map((issue) => ` [#${issue}](${url}/issues/${issue})`).join("");
  return `*${scope ? ` **${scope}:**` : ""} ${subject || header}${commit}${closes.length > 0 ? `, closes${issues}` : ""}`;
}

/** Angle brackets are text, but for those in code. */
const escaped = (text: string): string =>
  text.replace(/``[^`].*[^`]``|`[^`]*`|<|>/g, (found) => (found === "<" ? "&lt;" : found === ">" ? "&gt;" : found));

/** The first issue in brackets, as squash merges leave it. */
const linked = (text: string, { url }: Subject): string =>
  text.replace(/\(#(\d+)\)/, (_, issue: string) => `([#${issue}](${url}/issues/${issue}))`);

function withLinks(
  subject: string,
  { url, host }: Subject,
): { readonly text: string; readonly issues: ReadonlySet<string> } {
  const issues = new Set<string>();
  const text = subject
    .replace(/#([0-9]+)/g, (_, issue: string) => {
      issues.add(issue);
      return `[#${issue}](${url}/issues/${issue})`;
    })
    .replace(/\B@([a-z0-9](?:-?[a-z0-9/]){0,38})/g, (_, user: string) =>
      user.includes("/") ? `@${user}` : `[@${user}](${host}/${user})`,
    );
  return { text, issues };
}
