import { address, Html, html } from "./html.ts";
import type { CheckState, LabelBadge, RepositoryCard } from "./source.ts";
import { style } from "./style.ts";

/** Two gates and the water between them. */
const mark = new Html(
  '<svg viewBox="0 0 24 24" fill="none" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M4 4v16M20 4v16M4 9c3 0 3 2.5 5.3 2.5S12 9 14.7 9 17 11.5 20 11.5M4 15c3 0 3 2.5 5.3 2.5S12 15 14.7 15 17 17.5 20 17.5"/></svg>',
);

/** The tabs of a repository's pages. */
export type Tab = "code" | "commits" | "pulls" | "branches" | "tags";

export interface PageFrame {
  readonly title: string;
  /** Absent on the front page. */
  readonly repository?: { readonly card: RepositoryCard; readonly tab: Tab };
}

/** A whole document around `body`. */
export function page({ title, repository }: PageFrame, body: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${new Html(style)}</style></head>
<body><div class="top"><div><div class="bar"><a class="mark" href="/">${mark} Millrace forge</a>${repository && crumbs(repository.card)}</div>${
    repository && tabs(repository.card, repository.tab)
  }</div></div>
<main>${body}</main>
<footer>The embedded forge of Millrace. It speaks git and GitHub’s REST API on this address.</footer></body></html>
`.text;
}

function crumbs({ owner, name, private: secret, archived }: RepositoryCard): Html {
  return html`<span class="sep">/</span><a href="${address(owner)}">${owner}</a><span class="sep">/</span><b><a href="${address(owner, name)}">${name}</a></b>
    ${secret && html`<span class="tag">private</span>`}${archived && html`<span class="tag">archived</span>`}`;
}

function tabs({ owner, name, defaultBranch, openPulls }: RepositoryCard, current: Tab): Html {
  const each = (tab: Tab, to: string, label: Html): Html =>
    html`<a href="${to}"${tab === current && html` aria-current="page"`}>${label}</a>`;
  return html`<nav>${each("code", address(owner, name), html`Code`)}${each(
    "commits",
    address(owner, name, "commits", defaultBranch),
    html`Commits`,
  )}${each("pulls", address(owner, name, "pulls"), html`Pull requests<span class="n">${openPulls}</span>`)}${each(
    "branches",
    address(owner, name, "branches"),
    html`Branches`,
  )}${each("tags", address(owner, name, "tags"), html`Tags`)}</nav>`;
}

/** A small sign for the state of a check or of all checks of a commit. */
export function checkSign(state: CheckState): Html {
  switch (state) {
    case "success":
      return html`<span class="ic ok" title="Passed">✓</span>`;
    case "failure":
      return html`<span class="ic bad" title="Failed">✕</span>`;
    case "pending":
      return html`<span class="ic run" title="Running">●</span>`;
    case "neutral":
      return html`<span class="ic dim" title="Neutral">–</span>`;
  }
}

/** A label with its colour as a dot, legible on light and on dark. */
export function labelBadge({ name, color }: LabelBadge): Html {
  const fill = /^[0-9a-f]{6}$/i.test(color) ? color : "888888";
  const dot = new Html(
    `<svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true"><circle cx="4.5" cy="4.5" r="4.5" fill="#${fill}"/></svg>`,
  );
  return html`<span class="lab">${dot} ${name}</span>`;
}

/** A commit's short name, linked. */
export function commitLink({ owner, name }: RepositoryCard, sha: string): Html {
  return html`<a class="mono" href="${address(owner, name, "commit", sha)}">${sha.slice(0, 7)}</a>`;
}

/** What stands where there is nothing to show. */
export const emptyBox = (text: string): Html => html`<div class="box"><div class="empty">${text}</div></div>`;
