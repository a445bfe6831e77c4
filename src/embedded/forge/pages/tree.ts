import { addressOfPath, type Html, html, joined } from "./html.ts";
import { commitLink } from "./layout.ts";
import { markdown } from "./markdown.ts";
import type { CommitLine, Content, RepositoryCard, TreeLine } from "./source.ts";
import { ago } from "./time.ts";

/** A place in a repository: what was asked for (a branch, tag or sha) and the path below it, "" for the top. */
export interface Place {
  readonly card: RepositoryCard;
  readonly ref: string;
  readonly path: string;
}

/** Where a folder or file is shown. */
export const placeAddress = ({ card, ref }: Place, kind: "tree" | "blob", path: string): string =>
  addressOfPath([card.owner, card.name, kind, ref], path);

/** The steps of a path, each linked but the last. */
export function pathCrumbs(place: Place): Html {
  const steps = place.path.split("/").filter(Boolean);
  const links = steps.map((step, index) => {
    const to = placeAddress(place, "tree", steps.slice(0, index + 1).join("/"));
    return index === steps.length - 1 ? html`<b>${step}</b>` : html`<a href="${to}">${step}</a>`;
  });
  const top = html`<a href="${placeAddress(place, "tree", "")}">${place.card.name}</a>`;
  return joined([top, ...links], html` <span class="sep">/</span> `);
}

/** The line about the newest commit that heads a list of files. */
export function lastCommit(card: RepositoryCard, commit: CommitLine | undefined, now: Date): Html {
  if (!commit) return html``;
  const [subject = ""] = commit.message.split("\n");
  return html`<header><b>${commit.author}</b> <span class="grow">${subject}</span>
    <span class="right meta nowrap">${commitLink(card, commit.sha)} · ${ago(commit.date, now)}</span></header>`;
}

/** The entries of a folder, folders first. */
export function fileList(place: Place, entries: readonly TreeLine[]): Html {
  const rank = ({ kind }: TreeLine): number => (kind === "folder" ? 0 : 1);
  const sorted = [...entries].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  const up = place.path !== "" && parent(place);
  return html`${up}${sorted.map((entry) => line(place, entry))}`;
}

function parent(place: Place): Html {
  const above = place.path.split("/").slice(0, -1).join("/");
  return html`<div class="row"><span class="ic dim">↑</span><a class="grow" href="${placeAddress(place, "tree", above)}">..</a></div>`;
}

const icons: Readonly<Record<TreeLine["kind"], string>> = { folder: "▸", file: "·", link: "↪", submodule: "◆" };

function line(place: Place, { name, kind, size }: TreeLine): Html {
  const path = place.path === "" ? name : `${place.path}/${name}`;
  const label =
    kind === "submodule"
      ? html`<span class="grow">${name}</span>`
      : html`<a class="grow" href="${placeAddress(place, kind === "folder" ? "tree" : "blob", path)}">${name}</a>`;
  return html`<div class="row"><span class="ic dim" title="${kind}">${icons[kind]}</span>${label}
    <span class="meta nowrap">${size === undefined ? "" : bytes(size)}</span></div>`;
}

/** A size for a person: `512 B`, `1.4 kB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

/** A file's text: lines with numbers that can be linked to. */
export function numbered(text: string): Html {
  const lines = text.replace(/\n$/, "").split("\n");
  return html`<div class="file"><table>${lines.map(
    (each, index) => html`<tr id="L${index + 1}"><td class="l" data-l="${index + 1}"></td><td>${each}</td></tr>`,
  )}</table></div>`;
}

/** A README or another text of a person, as markdown where its name says that it is. */
export function prose(card: RepositoryCard, name: string, content: Content | undefined): Html {
  if (content?.kind !== "text") return html``;
  const isMarkdown = /\.(md|markdown)$/i.test(name);
  return html`<div class="box"><header><b>${name}</b></header><div class="in md">${
    isMarkdown ? markdown(content.text, card) : html`<pre>${content.text}</pre>`
  }</div></div>`;
}
