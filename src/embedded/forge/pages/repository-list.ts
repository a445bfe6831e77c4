import { address, type Html, html } from "./html.ts";
import { emptyBox, page } from "./layout.ts";
import type { RepositoryCard } from "./source.ts";
import { ago, counted } from "./time.ts";

/** The front page: every repository, by owner. */
export function repositoryListPage(cards: readonly RepositoryCard[], now: Date): string {
  const owners = [...new Set(cards.map(({ owner }) => owner))].sort((a, b) => a.localeCompare(b));
  const open = cards.reduce((sum, card) => sum + card.openPulls, 0);
  const body = html`<h1>Repositories</h1>
    <p class="meta">${counted(cards.length, "repository").replace("repositorys", "repositories")}, ${counted(open, "open pull request")}</p>
    ${cards.length === 0 && emptyBox("Nothing here yet. Create a repository through the API, then push to it.")}
    ${owners.map((owner) => group(owner, cards, now))}`;
  return page({ title: "Millrace forge" }, body);
}

function group(owner: string, cards: readonly RepositoryCard[], now: Date): Html {
  const own = cards.filter((card) => card.owner === owner).sort((a, b) => a.name.localeCompare(b.name));
  return html`<h2>${owner}</h2><div class="cards">${own.map((each) => card(each, now))}</div>`;
}

function card(each: RepositoryCard, now: Date): Html {
  const { owner, name, description, openPulls, latestRelease, pushedAt } = each;
  return html`<div class="card"><b><a href="${address(owner, name)}">${name}</a> ${each.private && html`<span class="tag">private</span>`}
    ${each.archived && html`<span class="tag">archived</span>`}</b><p>${description ?? ""}</p>
    <div class="meta">${
      openPulls > 0
        ? html`<a href="${address(owner, name, "pulls")}"><span class="ok">⇄</span> ${counted(openPulls, "open pull request")}</a>`
        : "no open pull requests"
    }${latestRelease !== null && html` · <span class="tag">${latestRelease}</span>`} · <span class="nowrap">pushed ${ago(pushedAt, now)}</span></div></div>`;
}
