import { diff } from "./diff.ts";
import { address, type Html, html } from "./html.ts";
import { checkSign, commitLink, emptyBox, page } from "./layout.ts";
import { inline } from "./markdown-inline.ts";
import type { CommitLine, RepositoryCard, RepositorySource } from "./source.ts";
import { ago } from "./time.ts";

const perPage = 40;

/** The history of a branch, tag or commit; `skip` commits are left out. Undefined when there is no such ref. */
export async function commitListPage(
  source: RepositorySource,
  { ref, skip }: { readonly ref: string; readonly skip: number },
  now: Date,
): Promise<string | undefined> {
  const { card } = source;
  const sha = await source.resolve(ref);
  const frame = { title: `Commits · ${card.owner}/${card.name}`, repository: { card, tab: "commits" as const } };
  if (sha === undefined) {
    return ref === card.defaultBranch ? page(frame, emptyBox(`Nothing is pushed to ${ref} yet.`)) : undefined;
  }
  const commits = await source.commits(sha, { skip, limit: perPage + 1 });
  const here = address(card.owner, card.name, "commits", ref);
  const body = html`<p>Commits of <span class="ref">${ref}</span></p>
    <div class="box">${commits.slice(0, perPage).map((commit) => commitRow(card, commit, now))}</div><p class="filter">
    ${skip > 0 && html`<a href="${here}?skip=${Math.max(0, skip - perPage)}">← Newer</a>`}
    ${commits.length > perPage && html`<a href="${here}?skip=${skip + perPage}">Older →</a>`}</p>`;
  return page(frame, body);
}

/** One commit in a list. */
export function commitRow(card: RepositoryCard, { sha, message, author, date, checks }: CommitLine, now: Date): Html {
  return html`<div class="row"><span class="grow"><a class="title" href="${address(card.owner, card.name, "commit", sha)}">${message.split("\n")[0]}</a>
    <div class="meta">${author} committed ${ago(date, now)}</div></span>${checks && checkSign(checks)}${commitLink(card, sha)}</div>`;
}

/** One commit with its whole message and its diff; undefined when there is no such commit. */
export async function commitPage(source: RepositorySource, sha: string, now: Date): Promise<string | undefined> {
  const { card } = source;
  const found = await source.commit(sha);
  if (!found) return undefined;
  const { commit, files } = found;
  const [subject = "", ...rest] = commit.message.trimEnd().split("\n");
  const text = rest.join("\n").trim();
  const parents = commit.parents.map((parent) => html` ${commitLink(card, parent)}`);
  const body = html`<h1>${inline(subject, card)}</h1>
    <p class="meta"><b>${commit.author}</b> committed ${ago(commit.date, now)} ${commit.checks && checkSign(commit.checks)}</p>
    ${text !== "" && html`<div class="box"><div class="in md"><p>${inline(text, card)}</p></div></div>`}
    <p class="meta">commit <span class="mono">${commit.sha}</span>${parents.length > 0 && html` · ${parents.length === 1 ? "parent" : "parents"}${parents}`}</p>
    ${diff(files)}`;
  return page({ title: `${subject} · ${card.owner}/${card.name}`, repository: { card, tab: "commits" } }, body);
}
