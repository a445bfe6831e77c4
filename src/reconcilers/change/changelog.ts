import { type EditedText, refuse } from "./refused.ts";

/** What a changelog says about one version. */
export interface Section {
  readonly version: string;
  /** From its heading on, without blank lines at the end. Lines end in `\n`. */
  readonly text: string;
}

/** A section by the offsets of its text, with the blank lines that follow. */
interface Found {
  readonly version: string;
  readonly start: number;
  readonly end: number;
}

const heading =
  /^ {0,3}#{1,4}[ \t]+\[?(?:(?:version|release)[ \t]+|[A-Za-z@][\w./@-]*?[@/-])?v?(?<version>\d+\.\d+\.\d+(?:[-+.][0-9A-Za-z.+-]*[0-9A-Za-z])?)(?=[\])\s:,]|$)/i;
const fence = /^ {0,3}(?<mark>`{3,}|~{3,})/;

/** What a changelog says about versions, from top to bottom: usually the newest first. */
export const sectionsOf = (text: string): readonly Section[] =>
  found(text).map(({ version, start, end }) => ({
    version,
    text: text.slice(start, end).replaceAll("\r\n", "\n").trimEnd(),
  }));

/**
 * The changelog with this section: in the place of the one that is about the version, else in front of the newest one. Where
 * there is none yet, at the end. An empty text gets a title. Everything else stays, byte by byte.
 */
export function setSection(text: string, { version, text: section }: Section): EditedText {
  const said = found(section);
  const [first, ...more] = said;
  if (first?.version !== version || section.slice(0, first.start).trim() !== "") {
    const message = `changelog.text does not begin with a heading that names ${version}, such as "## ${version}": correct it`;
    return refuse("FieldUnsupported", message);
  }
  if (more.length > 0) {
    const message = `changelog.text has a second heading that names a version (${more[0]!.version}): reword it, since a section ends there`;
    return refuse("FieldUnsupported", message);
  }
  const before = text.trim() === "" ? "# Changelog\n" : text;
  const lineEnd = /\r\n/.test(before) ? "\r\n" : "\n";
  const written = section.trim().replace(/\r?\n/g, lineEnd);
  const there = found(before);
  const same = there.find((each) => each.version === version);
  const { start, end } = same ?? { start: there[0]?.start ?? before.length, end: there[0]?.start ?? before.length };
  const head = before.slice(0, start);
  const rest = before.slice(end);
  const gap =
    head === "" || head === "\ufeff" || /\n\r?\n$/.test(head) ? "" : head.endsWith("\n") ? lineEnd : lineEnd + lineEnd;
  return { is: "edited", text: `${head}${gap}${written}${rest === "" ? lineEnd : lineEnd + lineEnd}${rest}` };
}

function found(text: string): readonly Found[] {
  const starts: { readonly version: string; readonly start: number }[] = [];
  let fenced: string | undefined;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const end = text.indexOf("\n", at) + 1 || text.length;
    const line = text.slice(at, end).trimEnd();
    const mark = fence.exec(line)?.groups?.["mark"];
    if (fenced !== undefined) {
      if (mark?.startsWith(fenced) && line.trim() === mark) fenced = undefined;
    } else if (mark !== undefined) fenced = mark;
    else {
      const version = heading.exec(line)?.groups?.["version"];
      if (version !== undefined) starts.push({ version, start: at });
    }
    at = end;
  }
  return starts.map(({ version, start }, index) => ({ version, start, end: starts[index + 1]?.start ?? text.length }));
}
