import { address, type Html, html } from "./html.ts";
import { checkSign, labelBadge, page } from "./layout.ts";
import type { PullLine, PullState, RepositoryCard, RepositorySource } from "./source.ts";
import { ago, counted } from "./time.ts";

const filters = ["open", "merged", "closed"] as const;
export type PullFilter = (typeof filters)[number];

/** What a pull request counts as in the list: a draft is open. */
const kindOf = (state: PullState): PullFilter => (state === "draft" ? "open" : state);

/** The pull requests of a repository that are open, merged, or closed without a merge. */
export async function pullListPage(source: RepositorySource, filter: PullFilter, now: Date): Promise<string> {
  const { card } = source;
  const pulls = await source.pulls();
  const shown = pulls.filter(({ state }) => kindOf(state) === filter);
  const links = filters.map((each) => {
    const count = pulls.filter(({ state }) => kindOf(state) === each).length;
    const to = `${address(card.owner, card.name, "pulls")}?state=${each}`;
    return html`<a href="${to}"${each === filter && html` aria-current="page"`}>${count} ${each}</a>`;
  });
  const rows = shown.map((pull) => row(card, pull, now));
  const body =
    rows.length === 0
      ? html`<div class="box"><header class="filter">${links}</header><div class="empty">No ${filter} pull requests.</div></div>`
      : html`<div class="box"><header class="filter">${links}</header>${rows}</div>`;
  return page({ title: `Pull requests · ${card.owner}/${card.name}`, repository: { card, tab: "pulls" } }, body);
}

/** The filter that a query names; open where it names none. */
export const filterOf = (query: URLSearchParams): PullFilter =>
  filters.find((each) => each === query.get("state")) ?? "open";

function row(card: RepositoryCard, pull: PullLine, now: Date): Html {
  const { number, title, author, head, createdAt, closedAt, comments, checks } = pull;
  const when =
    pull.state === "merged"
      ? html`was merged ${ago(pull.mergedAt ?? createdAt, now)}`
      : closedAt !== null
        ? html`was closed ${ago(closedAt, now)}`
        : html`opened ${ago(createdAt, now)}`;
  return html`<div class="row">${pullSign(pull.state)}<span class="grow"><a class="title" href="${address(card.owner, card.name, "pull", number)}">${title}</a>
    ${pull.labels.map((label) => html` ${labelBadge(label)}`)}<div class="meta">#${number} by ${author} ${when} · <span class="ref">${head}</span></div></span>
    ${checks && checkSign(checks)}${comments > 0 && html`<span class="meta nowrap">${counted(comments, "comment")}</span>`}</div>`;
}

function pullSign(state: PullState): Html {
  const look = { open: "ok", draft: "dim", merged: "merged-c", closed: "bad" }[state];
  return html`<span class="ic ${look}" title="${state}">⇄</span>`;
}

/** The coloured word for a pull request's state. */
export function pullBadge(state: PullState): Html {
  return html`<span class="state ${state}">${state[0]!.toUpperCase()}${state.slice(1)}</span>`;
}
