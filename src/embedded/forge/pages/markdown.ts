import { type Html, html } from "./html.ts";
import { inline, type MarkdownPlace } from "./markdown-inline.ts";

/** Reads lines one after the other; every block takes at least one. */
interface Lines {
  readonly all: readonly string[];
  at: number;
}

interface Block {
  readonly starts: RegExp;
  readonly read: (lines: Lines, place: MarkdownPlace, depth: number) => Html;
}

/** Blocks inside of blocks (quotes, lists) deeper than this are text. */
const deepest = 6;

const blocks: readonly Block[] = [
  { starts: /^\s*$/, read: (lines) => single(lines, html``) },
  { starts: /^ {0,3}(```|~~~)/, read: fence },
  { starts: /^ {0,3}#{1,6}\s/, read: heading },
  { starts: /^ {0,3}([-*_])(\s*\1){2,}\s*$/, read: (lines) => single(lines, html`<hr>`) },
  { starts: /^ {0,3}>/, read: quote },
  { starts: /^ {0,3}([-*+]|\d{1,9}[.)])\s/, read: list },
  { starts: /^ {0,3}\|.*\|\s*$/, read: table },
  { starts: /^ {0,3}<details>/i, read: details },
];

/**
 * The part of GitHub's markdown that pull requests are written in, as safe HTML. Raw HTML is shown as text, but for
 * comments, which are left out, and `<details>`.
 */
export function markdown(text: string, place: MarkdownPlace): Html {
  return read(text.replace(/<!--.*?-->/gs, "").split(/\r?\n/), place, 0);
}

function read(all: readonly string[], place: MarkdownPlace, depth: number): Html {
  const lines: Lines = { all, at: 0 };
  const parts: Html[] = [];
  while (lines.at < all.length) {
    const block = depth < deepest ? blocks.find(({ starts }) => starts.test(all[lines.at]!)) : undefined;
    parts.push(block ? block.read(lines, place, depth) : paragraph(lines, place));
  }
  return html`${parts}`;
}

/** A block of one line that always looks the same. */
function single(lines: Lines, as: Html): Html {
  lines.at += 1;
  return as;
}

/** Takes lines while `goes` says so. */
function take(lines: Lines, goes: (line: string) => boolean): readonly string[] {
  const start = lines.at;
  while (lines.at < lines.all.length && goes(lines.all[lines.at]!)) lines.at++;
  return lines.all.slice(start, lines.at);
}

function paragraph(lines: Lines, place: MarkdownPlace): Html {
  const first = lines.all[lines.at++]!;
  const rest = take(lines, (line) => !blocks.some(({ starts }) => starts.test(line)));
  return html`<p>${inline([first, ...rest].map((line) => line.trim()).join("\n"), place)}</p>`;
}

function heading(lines: Lines, place: MarkdownPlace): Html {
  const [, marks = "", text = ""] = /^\s*(#{1,6})\s+(.*?)[\s#]*$/.exec(lines.all[lines.at++]!) ?? [];
  const inner = inline(text, place);
  // A body's headings stand below the page's own.
  if (marks.length <= 1) return html`<h3>${inner}</h3>`;
  return marks.length === 2 ? html`<h4>${inner}</h4>` : html`<h5>${inner}</h5>`;
}

function fence(lines: Lines): Html {
  const mark = /```|~~~/.exec(lines.all[lines.at++]!)![0];
  const code = take(lines, (line) => !line.trimStart().startsWith(mark));
  lines.at++;
  return html`<pre><code>${code.join("\n")}</code></pre>`;
}

function quote(lines: Lines, place: MarkdownPlace, depth: number): Html {
  const inner = take(lines, (line) => /^ {0,3}>/.test(line)).map((line) => line.replace(/^ {0,3}> ?/, ""));
  return html`<blockquote>${read(inner, place, depth + 1)}</blockquote>`;
}

function list(lines: Lines, place: MarkdownPlace, depth: number): Html {
  const marker = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+)/;
  const ordered = /^ {0,3}\d/.test(lines.all[lines.at]!);
  const items: Html[] = [];
  for (;;) {
    const match = marker.exec(lines.all[lines.at] ?? "");
    if (!match || /^\d/.test(match[2]!) !== ordered) break;
    const first = lines.all[lines.at++]!.slice(match[0].length);
    const more = take(lines, (line) => /^\s{2,}\S/.test(line)).map((line) => line.replace(/^\s{2,4}/, ""));
    items.push(html`<li>${item(first, more, place, depth)}</li>`);
  }
  return ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
}

function item(first: string, more: readonly string[], place: MarkdownPlace, depth: number): Html {
  const task = /^\[(?<done>[ xX])\]\s/.exec(first);
  const box = task && html`<span class="task">${task.groups!["done"] === " " ? "☐" : "☑"}</span> `;
  const text = task ? first.slice(task[0].length) : first;
  return html`${box}${inline(text, place)}${more.length > 0 && read(more, place, depth + 1)}`;
}

function table(lines: Lines, place: MarkdownPlace): Html {
  const rows = take(lines, (line) => /^ {0,3}\|.*\|\s*$/.test(line)).map(cells);
  const [head, rule, ...body] = rows;
  const isTable = rule?.every((cell) => /^:?-+:?$/.test(cell.trim())) ?? false;
  if (!isTable) return html`<p>${rows.map((row) => html`${row.join(" | ")}<br>`)}</p>`;
  const row = (tag: "th" | "td", values: readonly string[]): Html =>
    html`<tr>${values.map((value) => (tag === "th" ? html`<th>${inline(value, place)}</th>` : html`<td>${inline(value, place)}</td>`))}</tr>`;
  return html`<table class="md"><thead>${row("th", head!)}</thead><tbody>${body.map((each) => row("td", each))}</tbody></table>`;
}

const cells = (line: string): readonly string[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

function details(lines: Lines, place: MarkdownPlace, depth: number): Html {
  const inner = take(lines, (line) => !/<\/details>/i.test(line));
  const last = lines.all[lines.at++] ?? "";
  const text = [...inner, last.replace(/<\/details>.*$/i, "")].join("\n").replace(/<details>/i, "");
  const summary = /<summary>(?<text>[^<]*)<\/summary>/i.exec(text);
  const rest = summary ? text.replace(summary[0], "") : text;
  return html`<details><summary>${inline(summary?.groups?.["text"]?.trim() ?? "Details", place)}</summary>${read(rest.split("\n"), place, depth + 1)}</details>`;
}
