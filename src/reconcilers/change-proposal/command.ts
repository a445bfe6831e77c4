/** How long a hold lasts: so many milliseconds from the comment on, until a moment, or not any longer. */
export type Until =
  | { readonly is: "for"; readonly ms: number }
  | { readonly is: "at"; readonly ms: number }
  | { readonly is: "off" };

/** A line of a comment that is meant for us. */
export type Command =
  | { readonly word: "rebase" | "retry" | "why" | "help" }
  | { readonly word: "adopt"; readonly sha: string | undefined }
  | { readonly word: "release" | "reject"; readonly reason: string | undefined }
  | { readonly word: "hold"; readonly until: Until; readonly reason: string | undefined }
  /** What cannot be done, and why, in a sentence without a word of theirs that could do harm. */
  | { readonly word: "unclear"; readonly why: string };

/** So many lines of one comment are listened to. */
const mostLines = 5;
const longestLine = 1_000;
const dayMs = 86_400_000;
/** Longest hold. */
export const longestHoldMs = 90 * dayMs;

/** What there is to say, as it is explained to people. */
export const vocabulary =
  "`rebase`, `hold 3d REASON` (or `hold off`), `reject REASON`, `retry`, `adopt SHA`, `release REASON`, `why` and `help`";

/**
 * What a comment asks of us. Only a comment whose very first line begins with `/millrace` speaks to us, and only in its first
 * lines that do so: what is quoted, fenced, indented or mentioned further down is talk among people. Total, and quick
 * whatever the text.
 */
export function commandsIn(comment: string): readonly Command[] {
  const lines = comment
    .slice(0, (mostLines + 1) * longestLine)
    .split(/\r\n|\r|\n/, mostLines + 1)
    .map((line) => line.slice(0, longestLine));
  const other = lines.findIndex((line) => !/^\/millrace(?:\s|$)/.test(line));
  const ours = other < 0 ? lines : lines.slice(0, other);
  const commands = ours.slice(0, mostLines).map((line) => commandOf(line.slice("/millrace".length).trim()));
  return ours.length > mostLines
    ? [...commands, unclear(`only the first ${mostLines} lines of a comment are listened to`)]
    : commands;
}

function commandOf(line: string): Command {
  const [, first = "", rest = ""] = /^(\S*)\s*(.*)$/su.exec(line) ?? [];
  const word = first.toLowerCase();
  switch (word) {
    case "":
      return { word: "help" };
    case "rebase":
    case "retry":
    case "why":
    case "help":
      return { word };
    case "adopt":
      return adoption(rest);
    case "release":
    case "reject":
      return { word, reason: reasonOf(rest) };
    case "hold":
      return hold(rest);
    default:
      return unclear(`there is no ${shown(first)}: say ${vocabulary}`);
  }
}

function adoption(rest: string): Command {
  const sha = rest.split(/\s/, 1)[0]!.toLowerCase();
  if (sha === "") return { word: "adopt", sha: undefined };
  return /^[0-9a-f]{7,64}$/.test(sha)
    ? { word: "adopt", sha }
    : unclear("what follows `adopt` is the commit at the tip of the branch, at least seven digits of it");
}

function hold(rest: string): Command {
  const [, first = "", reason = ""] = /^(\S*)\s*(.*)$/su.exec(rest) ?? [];
  const until = untilOf(first);
  return until
    ? { word: "hold", until, reason: reasonOf(reason) }
    : unclear(
        "what follows `hold` is how long, such as `30m`, `3h`, `2d` or `1w`, at most 90 days, or a moment such as `2030-01-31T12:00:00Z`, or `off`",
      );
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs };

/** A length of time or a moment, as people write it. Undefined for anything else, and beyond ninety days. */
export function untilOf(text: string): Until | undefined {
  if (text.toLowerCase() === "off") return { is: "off" };
  const [, count, unit] = /^([0-9]{1,6})([mhdw])$/i.exec(text) ?? [];
  if (count && unit) {
    const ms = Number(count) * unitMs[unit.toLowerCase()]!;
    return ms > 0 && ms <= longestHoldMs ? { is: "for", ms } : undefined;
  }
  const at = momentOf(text);
  return at === undefined ? undefined : { is: "at", ms: at };
}

/** Milliseconds of an RFC 3339 moment; undefined for anything else. */
export function momentOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i.test(text)) return undefined;
  const ms = Date.parse(text.toUpperCase());
  return Number.isFinite(ms) ? ms : undefined;
}

/** A reason as status keeps it: on one line, without what a terminal or a page would obey. Undefined where there is none. */
export function reasonOf(text: string): string | undefined {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return plain === "" ? undefined : [...plain].slice(0, 200).join("");
}

/** An unknown word, as far as it is harmless. */
function shown(word: string): string {
  const plain = word.replace(/[^a-zA-Z0-9-]/g, "").slice(0, 20);
  return plain === "" ? "such word" : `\`${plain}\``;
}

const unclear = (why: string): Command => ({ word: "unclear", why });
