import { type DiffRow, diffRows, type Span } from "./diff-row.ts";
import { type Html, html } from "./html.ts";
import type { FileChange } from "./source.ts";
import { counted } from "./time.ts";

/** A file with more rows than this starts folded up; a page with more than `mostRows` leaves the rest out. */
const foldAbove = 600;
const mostRows = 5000;

/** The files of a change, with line numbers and colours. */
export function diff(files: readonly FileChange[]): Html {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  let left = mostRows;
  const boxes = files.map((file, index) => {
    const rows = file.patch === undefined ? [] : diffRows(file.patch);
    const shown = rows.slice(0, left);
    left -= shown.length;
    return fileBox(file, { index, rows: shown, hidden: rows.length - shown.length });
  });
  return html`<p class="meta">${counted(files.length, "file")} changed, ${stat(additions, deletions)}</p>${boxes}`;
}

/** `+3 −1` in its colours. */
export function stat(additions: number, deletions: number): Html {
  return html`<span class="nowrap"><span class="plus">+${additions}</span> <span class="minus">−${deletions}</span></span>`;
}

function fileBox(
  { path, previousPath, status, additions, deletions, patch }: FileChange,
  { index, rows, hidden }: { readonly index: number; readonly rows: readonly DiffRow[]; readonly hidden: number },
): Html {
  const open = rows.length <= foldAbove && html` open`;
  const name = previousPath === undefined ? html`${path}` : html`${previousPath} → ${path}`;
  return html`<details class="box file" id="file-${index + 1}"${open}><summary><b class="mono">${name}</b>
    ${status !== "modified" && html`<span class="tag">${status}</span>`}<span class="right">${stat(additions, deletions)}</span></summary>
    ${patch === undefined && html`<div class="empty">${previousPath === undefined ? "Binary or too large to show." : "Renamed."}</div>`}
    <table>${rows.map(row)}</table>${hidden > 0 && html`<div class="empty">${counted(hidden, "more row")} left out.</div>`}</details>`;
}

function row(each: DiffRow): Html {
  switch (each.kind) {
    case "hunk":
      return html`<tr class="h"><td colspan="4">${each.text}</td></tr>`;
    case "note":
      return html`<tr><td class="l"></td><td class="l"></td><td></td><td class="dim">${each.text}</td></tr>`;
    case "same":
      return html`<tr><td class="l" data-l="${each.old}"></td><td class="l" data-l="${each.now}"></td><td class="l" data-l=" "></td><td>${each.text}</td></tr>`;
    case "deleted":
      return html`<tr class="d"><td class="l" data-l="${each.old}"></td><td class="l"></td><td class="l" data-l="−"></td><td>${marked(each.text, each.changed)}</td></tr>`;
    case "added":
      return html`<tr class="a"><td class="l"></td><td class="l" data-l="${each.now}"></td><td class="l" data-l="+"></td><td>${marked(each.text, each.changed)}</td></tr>`;
  }
}

function marked(text: string, span: Span | undefined): Html {
  if (!span || span.start === span.end) return html`${text}`;
  const { start, end } = span;
  return html`${text.slice(0, start)}<mark>${text.slice(start, end)}</mark>${text.slice(end)}`;
}
