import type { Edit } from "../../schema/edit.ts";
import { type EditedText, type Refused, refuse } from "./refused.ts";

type Line = NonNullable<Edit["line"]>;

const identifier = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
const number = "(?:0|[1-9]\\d*)";
const version = `${number}\\.${number}\\.${number}(?:-${identifier})?(?:\\+${identifier})?`;
const commit = "(?:[0-9a-f]{64}|[0-9a-f]{40})";

interface Part {
  readonly name: string;
  /** Finds it in a line; what it captures is what is replaced. */
  readonly inLine: RegExp;
  readonly whole: RegExp;
}

const parts: Readonly<Record<Exclude<Line["what"], "Marker">, Part>> = {
  Version: {
    name: "semantic version",
    inLine: new RegExp(`(?<![\\d.])(${version})(?!\\d|\\.\\d)`, "dg"),
    whole: new RegExp(`^v?${version}$`),
  },
  Commit: {
    name: "full commit id",
    inLine: new RegExp(`(?<![0-9A-Za-z])(${commit})(?![0-9A-Za-z])`, "dg"),
    whole: new RegExp(`^${commit}$`),
  },
  Quoted: {
    name: "quoted text",
    inLine: /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`/dg,
    whole: /^[^\r\n"'`\\]*$/,
  },
};

/** The text in which the part of every marked line is this value. Line ends, and everything else, stay as they are. */
export function setLines(text: string, { marker, what, value }: Line): EditedText {
  if (what === "Marker") return replaceMarker(text, marker, value);
  const part = parts[what];
  if (!part.whole.test(value)) {
    const only = what === "Quoted" ? " without quotes, backslashes and line breaks" : "";
    return refuse("FieldUnsupported", `${JSON.stringify(value)} is no ${part.name}${only}: correct line.value`);
  }
  // Every second piece is a line end.
  const pieces = text.split(/(\r\n|\n|\r)/);
  let marked = 0;
  for (const [index, line] of pieces.entries()) {
    if (index % 2 === 1 || !line.includes(marker)) continue;
    marked++;
    const edited = editLine(line, { marker, value, part, number: index / 2 + 1 });
    if (typeof edited === "object") return edited;
    pieces[index] = edited;
  }
  if (marked > 0) return { is: "edited", text: pieces.join("") };
  return refuse("MarkerMissing", `no line holds ${JSON.stringify(marker)}: mark the line that is meant`);
}

/** Characters by which a word, a path or a version goes on. */
const inWord = "[\\p{L}\\p{N}_./@+-]";

/** Where the value stands in its place already, it was most likely replaced by this very proposal. */
function replaceMarker(text: string, marker: string, value: string): EditedText {
  if (/[\r\n]/.test(value)) {
    return refuse("FieldUnsupported", `${JSON.stringify(value)} has a line break: correct line.value`);
  }
  const alone = (part: string): RegExp => {
    const escaped = part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    return new RegExp(`(?<!${inWord})${escaped}(?!${inWord})`, "gu");
  };
  if (alone(marker).test(text)) return { is: "edited", text: text.replace(alone(marker), () => value) };
  if (value !== "" && alone(value).test(text)) return { is: "edited", text };
  return refuse("MarkerMissing", `no line holds ${JSON.stringify(marker)} by itself: somebody changed it meanwhile`);
}

function editLine(
  line: string,
  { marker, value, part, number }: { marker: string; value: string; part: Part; number: number },
): string | Refused {
  const mark = line.indexOf(marker);
  const found = [...line.matchAll(part.inLine)].flatMap(({ indices }) => {
    const [start, end] = indices!.slice(1).find((span) => span !== undefined)!;
    // What the marker itself holds is not meant.
    return start < mark + marker.length && end > mark ? [] : [{ start, end }];
  });
  const [only, ...more] = found;
  if (!only || more.length > 0) {
    const message = `line ${number} holds ${JSON.stringify(marker)} and ${found.length} parts that are a ${part.name}: it has to be one`;
    return refuse("MarkerAmbiguous", message);
  }
  // A `v` before a version stays, and is not doubled.
  const isDoubled = part === parts.Version && value.startsWith("v") && line[only.start - 1] === "v";
  return line.slice(0, only.start) + (isDoubled ? value.slice(1) : value) + line.slice(only.end);
}
