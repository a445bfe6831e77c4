import { type Footer, type Message, parseMessage } from "./message.ts";

/** A commit of a history. */
export interface Commit {
  readonly sha: string;
  readonly message: string;
  /** Text of the pull request that it came with, in which its message may be corrected afterwards. */
  readonly pullRequestBody?: string;
}

export interface Note {
  readonly title: "BREAKING CHANGE" | "RELEASE AS";
  readonly text: string;
}

/** One change that a commit brings, as release notes tell it; one commit can bring several. */
export interface Change {
  readonly sha: string;
  readonly type: string;
  readonly scope: string | undefined;
  readonly subject: string;
  /** The first line, as it would be written. */
  readonly header: string;
  readonly notes: readonly Note[];
  /** Numbers of issues that a footer refers to. */
  readonly references: readonly string[];
  readonly isBreaking: boolean;
}

/**
 * The changes that commits bring, in the order of the commits; what is not written as a conventional commit brings none.
 * A message can hold several: nested between markers, one after the other, or as footers.
 */
export function changesOf(commits: readonly Commit[]): readonly Change[] {
  return commits.flatMap((commit) =>
    split(corrected(commit)).flatMap((text) => {
      const message = parseMessage(text);
      return message ? changesIn(message, commit.sha) : [];
    }),
  );
}

/** What stands between `BEGIN_COMMIT_OVERRIDE` and `END_COMMIT_OVERRIDE` in the pull request counts instead of the message. */
function corrected({ message, pullRequestBody = "" }: Commit): string {
  const [, after = ""] = pullRequestBody.split("BEGIN_COMMIT_OVERRIDE");
  const [override = ""] = after.split("END_COMMIT_OVERRIDE");
  return override.trim() || message;
}

const another = /\r?\n\r?\n(?=(?:feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(?:\(.*?\))?: )/;

function split(message: string): readonly string[] {
  const [first = "", ...parts] = message.split("BEGIN_NESTED_COMMIT");
  let own = first;
  const nested: string[] = [];
  for (const part of parts) {
    const [inside = "", ...outside] = part.split("END_NESTED_COMMIT");
    nested.push(inside);
    own += outside.join("END_NESTED_COMMIT");
  }
  return [...own.split(another).filter(Boolean), ...nested];
}

function changesIn(message: Message, sha: string): readonly Change[] {
  const { type, scope, subject, footers } = message;
  const notes = notesOf(message);
  const own: Change = {
    sha,
    type,
    scope,
    subject,
    header: headerOf(message),
    notes,
    references: footers.flatMap(referenceOf),
    isBreaking: notes.some(({ title }) => title === "BREAKING CHANGE"),
  };
  return [...footers.flatMap((footer) => changesInFooter(footer, sha)), own];
}

const headerOf = ({ type, scope, hasMark, subject }: Message): string =>
  `${type}${scope === undefined ? "" : `(${scope})`}${hasMark ? "!" : ""}: ${subject}`;

function notesOf(message: Message): readonly Note[] {
  const { hasMark, subject, body, breaking, footers } = message;
  const inFooter = footers.findLast(({ isBreaking }) => isBreaking)?.lines.at(-1);
  const said = inFooter ?? breaking ?? (hasMark ? subject || headerOf(message) : "");
  const also = /BREAKING-CHANGE:\s*(.*)/.exec(body)?.[1]?.trim();
  const text = [...(said === "" ? [] : [paragraphOf(said)]), ...(also ? [also] : [])].join("\n");
  const releases = footers.filter(({ type }) => type?.toLowerCase() === "release-as");
  return [
    ...(said === "" && !also ? [] : [{ title: "BREAKING CHANGE", text } as const]),
    ...releases.map(({ lines }) => ({ title: "RELEASE AS", text: paragraphOf(lines.at(-1)!) }) as const),
  ];
}

/** The first paragraph on one line; a list or a heading in it begins what is kept line by line, indented. */
function paragraphOf(text: string): string {
  let result = "";
  let keepsLines = false;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line === "") break;
    if (at > 0 && !keepsLines && /^#### |^[*-] /.test(line)) {
      result = `${result.trim()}\n`;
      keepsLines = true;
    }
    result += keepsLines ? `    ${line}\n` : `${line} `;
  }
  return result.trim();
}

/** `Refs #99` or `Refs: #99`. */
function referenceOf({ separator, lines }: Footer): readonly string[] {
  const last = lines.at(-1)!;
  const isReference = separator === " #" || lines.some((line) => line.startsWith("#"));
  const issue = last.startsWith("#") ? last.slice(1) : last;
  return isReference && /^\d+$/.test(issue) ? [issue] : [];
}

/** A footer that reads like a commit is one. */
function changesInFooter({ type, scope, hasMark, separator, lines }: Footer, sha: string): readonly Change[] {
  if (type === undefined) return [];
  const head = `${type}${scope === undefined ? "" : `(${scope})`}${hasMark ? "!" : ""}`;
  const message = parseMessage(`${head}${separator === ":" ? ": " : ""}${lines.join("\n")}`);
  return message ? changesIn(message, sha) : [];
}
