import { address, type Html, html } from "./html.ts";
import { commitLink, emptyBox, page } from "./layout.ts";
import { markdown } from "./markdown.ts";
import type { ReleaseView, RepositoryCard, RepositorySource, TagLine } from "./source.ts";
import { bytes, placeAddress } from "./tree.ts";

/** Every tag, and the notes and files of its release where it has one. */
export async function tagListPage(source: RepositorySource): Promise<string> {
  const { card } = source;
  const rows = (await source.tags()).map((tag) => tagBox(card, tag));
  const body = rows.length === 0 ? emptyBox("No tags yet.") : html`${rows}`;
  return page({ title: `Tags · ${card.owner}/${card.name}`, repository: { card, tab: "tags" } }, body);
}

function tagBox(card: RepositoryCard, { name, sha, release }: TagLine): Html {
  const to = placeAddress({ card, ref: name, path: "" }, "tree", "");
  return html`<div class="box"><header><b><a href="${to}">${name}</a></b>${release && release.name !== name && html` ${release.name}`}
    ${release?.prerelease && html`<span class="tag">pre-release</span>`}<span class="right">${commitLink(card, sha)}</span></header>
    ${release && notes(card, name, release)}</div>`;
}

function notes(card: RepositoryCard, tag: string, { body, assets }: ReleaseView): Html {
  const files = assets.map(({ name, size }) => {
    const to = address(card.owner, card.name, "releases", "download", tag, name);
    return html`<div class="row"><span class="ic dim">↓</span><a class="grow" href="${to}">${name}</a><span class="meta">${bytes(size)}</span></div>`;
  });
  return html`${body.trim() !== "" && html`<div class="in md">${markdown(body, card)}</div>`}${files}`;
}
