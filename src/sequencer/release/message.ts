/** `Token: value` or `Token #value` at the end of a commit's message; the value may go on in indented lines. */
export interface Footer {
  /** Undefined for `BREAKING CHANGE` and for a mark alone. */
  readonly type: string | undefined;
  readonly scope: string | undefined;
  readonly isBreaking: boolean;
  readonly hasMark: boolean;
  readonly separator: ":" | " #";
  /** The first line of the value, and those that go on, without what they are indented by. */
  readonly lines: readonly string[];
}

/** A commit's message, by the grammar of Conventional Commits (conventionalcommits.org, `conventional-commits-spec.bnf`). */
export interface Message {
  readonly type: string;
  readonly scope: string | undefined;
  /** A `!` before the colon. */
  readonly hasMark: boolean;
  readonly subject: string;
  /** Text between the first line and the footers; empty where there is none. */
  readonly body: string;
  /** What follows `BREAKING CHANGE:` in the body. */
  readonly breaking: string | undefined;
  readonly footers: readonly Footer[];
}

const space = "[^\\S\\n]";
const word = "[^\\s()!:]+";
const scope = "\\((?<scope>[^()\\n]+)\\)";
const breaking = "BREAKING[ -]CHANGE";
const summaryPattern = new RegExp(`^(?<type>${word})(?:${scope})?(?<mark>!|${breaking})?(?::| #)${space}*(?<text>.*)$`);
const footerPattern = new RegExp(
  `^(?:(?<breaking>${breaking})|(?<lone>!)|(?<type>${word})(?:${scope})?(?<mark>!|${breaking})?)(?<separator>:| #)${space}*(?<text>.*)$`,
);
const indented = new RegExp(`^${space}`);
const markedBreaking = new RegExp(`^${breaking}:${space}*`);

/** Undefined for a message whose first line is no `type(scope): subject`. O(length). */
export function parseMessage(text: string): Message | undefined {
  const [first = "", ...rest] = text.trim().replaceAll("\r\n", "\n").split("\n");
  const summary = summaryPattern.exec(first)?.groups;
  if (!summary) return undefined;
  const lines = rest.slice(
    Math.max(
      0,
      rest.findIndex((line) => line !== ""),
    ),
  );
  const end = footersBegin(lines);
  return {
    type: summary["type"]!,
    scope: summary["scope"],
    hasMark: summary["mark"] !== undefined,
    subject: summary["text"]!,
    ...bodyOf(lines.slice(0, end)),
    footers: footersOf(lines.slice(end)),
  };
}

/** The first line from which on there is nothing but footers, read from the end; the number of lines where there are none. */
function footersBegin(lines: readonly string[]): number {
  let begin = lines.length;
  // Lines that go on with a value belong to whatever footer stands above them.
  let open = false;
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at]!;
    if (line === "") continue;
    if (indented.test(line)) open = true;
    else if (footerPattern.test(line)) [begin, open] = [at, false];
    else break;
  }
  return open && begin === lines.length ? lines.length : begin;
}

function footersOf(lines: readonly string[]): readonly Footer[] {
  const footers: (Omit<Footer, "lines"> & { readonly lines: string[] })[] = [];
  for (const line of lines) {
    if (line === "") continue;
    if (indented.test(line)) {
      footers.at(-1)!.lines.push(line.trimStart());
      continue;
    }
    const found = footerPattern.exec(line)!.groups!;
    footers.push({
      type: found["type"],
      scope: found["scope"],
      isBreaking: found["breaking"] !== undefined || /^BREAKING/.test(found["mark"] ?? ""),
      hasMark: found["lone"] !== undefined || found["mark"] !== undefined,
      separator: found["separator"] as Footer["separator"],
      lines: [found["text"]!],
    });
  }
  return footers;
}

function bodyOf(lines: readonly string[]): Pick<Message, "body" | "breaking"> {
  const at = lines.findIndex((line) => markedBreaking.test(line));
  const plain = lines.map((line) => line.replace(markedBreaking, ""));
  const text = (from: number): string => plain.slice(from).join("\n").trimEnd();
  return { body: text(0), breaking: at < 0 ? undefined : text(at) };
}
