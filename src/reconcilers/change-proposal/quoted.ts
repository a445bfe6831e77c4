/** Something that nobody sees, and that ends what a forge would take for a mention or a number. */
const gap = "&#8203;";

/** What Markdown gives a meaning to. A backslash takes it away, whatever comes next. */
const markup = /[\\`*_{}[\]<>()#+\-.!|~$:&=^"']/g;

/**
 * Text of others as it is, on a page that speaks Markdown: no mention, no number of an issue, no link, no image, no HTML and no
 * markup works in it. On one line.
 */
export function inert(text: string): string {
  return plain(text)
    .replace(/\s+/g, " ")
    .trim()
    .replace(markup, "\\$&")
    .replaceAll("@", `@${gap}`)
    .replace(/\\([#!&$])(?=\w)/g, `\\$1${gap}`)
    .replace(/\\:(?=\/|\\)/g, `\\:${gap}`)
    .replace(/\b(www|mailto|xmpp)(?=\\[.:])/gi, `$1${gap}`)
    .replace(/([A-Za-z])\\-(?=\d)/g, `$1\\-${gap}`)
    .replace(/\b[0-9a-f]{7,}\b/gi, (commit) => (commit.match(/.{1,6}/g) ?? []).join(gap));
}

/** Text of others over several lines, as a quotation: inert, and cut where it is long. */
export function quoted(text: string, most: number): string {
  const characters = [...text];
  const lines = characters
    .slice(0, most)
    .join("")
    .split(/\r\n|\r|\n/)
    .map(inert);
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  const cut = characters.length > most ? ["", `*${characters.length - most} more characters are left out.*`] : [];
  return [...lines, ...cut].map((line) => (line === "" ? ">" : `> ${line}`)).join("\n");
}

/** A name, path or version in a code span, which shows every character as it is. */
export function code(text: string): string {
  const content = plain(text).replace(/\s+/g, " ").trim();
  if (content === "") return "";
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(content) ? " " : "";
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** A cell of a table: a bar would end it, even in a code span. */
export const cell = (markdown: string): string => markdown.replace(/(?<!\\)\|/g, "\\|");

/** A link, where the address is one of the web and carries no credential; else the words alone. */
export function link(words: string, url: string | undefined): string {
  const address = url === undefined ? undefined : webAddress(url);
  return address === undefined ? inert(words) : `[${inert(words)}](<${address}>)`;
}

function webAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url && (url.protocol === "https:" || url.protocol === "http:") && url.username + url.password === "";
  return isWeb
    ? url.href.replace(/[<>()|\\\s`]/g, (each) => encodeURIComponent(each)).replace(/[()]/g, bracket)
    : undefined;
}

const bracket = (each: string): string => (each === "(" ? "%28" : "%29");

/** Without control characters, and without those that turn the direction of what follows. Line breaks stay. */
const plain = (text: string): string => text.replace(/[\p{Cf}\p{Cs}]|(?![\n\r\t])\p{Cc}/gu, "");
