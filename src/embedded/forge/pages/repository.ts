import { address, type Html, html } from "./html.ts";
import { checkSign, commitLink, emptyBox, page } from "./layout.ts";
import type { BranchLine, CommitLine, Content, RepositoryCard, RepositorySource, TagLine } from "./source.ts";
import { ago, counted } from "./time.ts";
import { bytes, fileList, lastCommit, numbered, type Place, pathCrumbs, placeAddress, prose } from "./tree.ts";

/** Beyond this a file is not worth a browser's time. */
const mostShownBytes = 1_000_000;

/** A repository's first page: files, README, and beside them what there is of branches, tags and commits. */
export async function repositoryPage(source: RepositorySource, now: Date): Promise<string> {
  const { card } = source;
  const sha = await source.resolve(card.defaultBranch);
  const frame = { title: `${card.owner}/${card.name}`, repository: { card, tab: "code" as const } };
  if (sha === undefined)
    return page(frame, html`${about(card)}${emptyBox(`Nothing is pushed to ${card.defaultBranch} yet.`)}`);

  const place = { card, ref: card.defaultBranch, path: "" };
  const [content, commits, branches, tags] = await Promise.all([
    source.content(sha, ""),
    source.commits(sha, { skip: 0, limit: 6 }),
    source.branches(),
    source.tags(),
  ]);
  const entries = content?.kind === "folder" ? content.entries : [];
  const readme = entries.find(({ name, kind }) => kind === "file" && /^readme(\.\w+)?$/i.test(name))?.name;
  const body = html`${about(card)}<div class="two"><div>
    <div class="box">${lastCommit(card, commits[0], now)}${fileList(place, entries)}</div>
    ${readme !== undefined && prose(card, readme, await source.content(sha, readme))}</div>
    <div class="side"><section><h2>Clone</h2><code>${card.cloneUrl}</code></section>${recentCommits(card, commits, now)}${branchSection(card, branches)}${tagSection(card, tags)}</div></div>`;
  return page(frame, body);
}

const about = (card: RepositoryCard): Html => html`<p class="dim">${card.description ?? ""}</p>`;

function recentCommits(card: RepositoryCard, commits: readonly CommitLine[], now: Date): Html {
  return html`<section><h2><a href="${address(card.owner, card.name, "commits", card.defaultBranch)}">Last commits</a></h2>${commits.map(
    ({ sha, message, date }) =>
      html`<div><a href="${address(card.owner, card.name, "commit", sha)}">${message.split("\n")[0]}</a> <span class="meta">${ago(date, now)}</span></div>`,
  )}</section>`;
}

function branchSection(card: RepositoryCard, branches: readonly BranchLine[]): Html {
  return html`<section><h2><a href="${address(card.owner, card.name, "branches")}">${counted(branches.length, "branch").replace("branchs", "branches")}</a></h2>${branches
    .slice(0, 8)
    .map(
      ({ name }) => html`<div><a href="${address(card.owner, card.name, "tree", name)}">${name}</a></div>`,
    )}</section>`;
}

function tagSection(card: RepositoryCard, tags: readonly TagLine[]): Html {
  return html`<section><h2><a href="${address(card.owner, card.name, "tags")}">${counted(tags.length, "tag")}</a></h2>${tags
    .slice(0, 5)
    .map(
      ({ name }) => html`<div><a href="${address(card.owner, card.name, "tree", name)}">${name}</a></div>`,
    )}</section>`;
}

/** A folder or a file at a branch, tag or commit; undefined when there is nothing at that path. */
export async function placePage(source: RepositorySource, place: Place, now: Date): Promise<string | undefined> {
  const { card } = source;
  const sha = await source.resolve(place.ref);
  const content = sha === undefined ? undefined : await source.content(sha, place.path);
  if (sha === undefined || !content) return undefined;
  const [commit] = await source.commits(sha, { skip: 0, limit: 1 });
  const title = `${place.path || card.name} at ${place.ref}`;
  const head = html`<p><span class="ref">${place.ref}</span> ${pathCrumbs(place)}</p>`;
  const inner = content.kind === "folder" ? fileList(place, content.entries) : fileBody(content);
  return page(
    { title: `${title} · ${card.owner}/${card.name}`, repository: { card, tab: "code" } },
    html`${head}<div class="box">${lastCommit(card, commit, now)}${inner}</div>`,
  );
}

function fileBody(content: Exclude<Content, { kind: "folder" }>): Html {
  const size = html`<div class="in meta">${bytes(content.size)}</div>`;
  if (content.kind === "binary") return html`${size}<div class="empty">A binary file.</div>`;
  if (content.size > mostShownBytes) return html`${size}<div class="empty">Too large to show.</div>`;
  return numbered(content.text);
}

/** Every branch with its newest commit. */
export async function branchListPage(source: RepositorySource, now: Date): Promise<string> {
  const { card } = source;
  const branches = await source.branches();
  const rows = branches.map(
    ({
      name,
      commit,
      protected: guarded,
    }) => html`<div class="row"><span class="grow"><a class="title" href="${placeAddress({ card, ref: name, path: "" }, "tree", "")}">${name}</a>
      ${name === card.defaultBranch && html`<span class="tag">default</span>`}${guarded && html` <span class="tag">protected</span>`}
      <div class="meta">${commit.message.split("\n")[0]}</div></span>${commit.checks && checkSign(commit.checks)}
      <span class="meta nowrap">${commitLink(card, commit.sha)} · ${ago(commit.date, now)}</span></div>`,
  );
  const body = rows.length === 0 ? emptyBox("No branches yet.") : html`<div class="box">${rows}</div>`;
  return page({ title: `Branches · ${card.owner}/${card.name}`, repository: { card, tab: "branches" } }, body);
}
