import { commitRow } from "./commit.ts";
import { diff } from "./diff.ts";
import { address, type Html, html, joined } from "./html.ts";
import { labelBadge, page } from "./layout.ts";
import { markdown } from "./markdown.ts";
import { mergeBox } from "./merge-box.ts";
import { pullBadge } from "./pull-list.ts";
import type { PullView, RepositoryCard, RepositorySource, TimelineEntry } from "./source.ts";
import { ago, counted } from "./time.ts";

/** A pull request as one page: what it says, what was said, whether it can be merged, its commits and its diff. */
export async function pullPage(source: RepositorySource, number: number, now: Date): Promise<string | undefined> {
  const { card } = source;
  const pull = await source.pull(number);
  if (!pull) return undefined;
  const body = html`${heading(card, pull, now)}<div class="two"><div>
    ${said(card, { by: pull.author, at: pull.createdAt, doing: html`opened this pull request`, text: pull.body }, now)}
    ${pull.timeline.map((entry) => timelineBox(card, entry, now))}
    ${mergeBox(card, pull, now)}</div>${side(pull)}</div>
    <h2 id="commits">${counted(pull.commits.length, "commit")}</h2>
    <div class="box">${pull.commits.map((commit) => commitRow(card, commit, now))}</div>
    <h2 id="files">Changes</h2>${diff(pull.files)}`;
  return page(
    { title: `${pull.title} · #${number} · ${card.owner}/${card.name}`, repository: { card, tab: "pulls" } },
    body,
  );
}

function heading(card: RepositoryCard, pull: PullView, now: Date): Html {
  const base = html`<a class="ref" href="${address(card.owner, card.name, "tree", pull.base)}">${pull.base}</a>`;
  const sentence =
    pull.state === "merged"
      ? html`<b>${pull.mergedBy ?? pull.author}</b> merged it into ${base} ${pull.mergedAt !== null && ago(pull.mergedAt, now)}`
      : html`<b>${pull.author}</b> wants to merge ${counted(pull.commits.length, "commit")} into ${base}`;
  return html`<h1>${pull.title} <span class="dim">#${pull.number}</span></h1>
    <p class="meta">${pullBadge(pull.state)} ${sentence} from <span class="ref">${pull.head}</span>
    · <a href="#commits">${counted(pull.commits.length, "commit")}</a> · <a href="#files">${counted(pull.files.length, "file")} changed</a></p>`;
}

interface Said {
  readonly by: string;
  readonly at: string;
  readonly doing: Html;
  readonly text: string;
}

function said(card: RepositoryCard, { by, at, doing, text }: Said, now: Date): Html {
  const inner = text.trim() === "" ? html`<p class="dim">No description.</p>` : markdown(text, card);
  return html`<div class="box"><header><b>${by}</b> ${doing} <span class="meta">${ago(at, now)}</span></header><div class="in md">${inner}</div></div>`;
}

function timelineBox(card: RepositoryCard, entry: TimelineEntry, now: Date): Html {
  if (entry.kind === "comment") return said(card, { ...entry, doing: html`commented`, text: entry.body }, now);
  const look = { approved: "ok", "changes requested": "bad", commented: "dim", dismissed: "dim" }[entry.verdict];
  const words = {
    approved: "✓ approved these changes",
    "changes requested": "✕ asked for changes",
    commented: "reviewed",
    dismissed: "reviewed, and it was dismissed",
  }[entry.verdict];
  const notes = entry.notes.map(
    ({ path, line, body }) =>
      html`<blockquote><span class="mono">${path}${line !== null && `:${line}`}</span>${markdown(body, card)}</blockquote>`,
  );
  const inner =
    (entry.body.trim() !== "" || notes.length > 0) &&
    html`<div class="in md">${markdown(entry.body, card)}${notes}</div>`;
  return html`<div class="box"><header><b>${entry.by}</b> <span class="${look}">${words}</span> <span class="meta">${ago(entry.at, now)}</span></header>${inner}</div>`;
}

function side(pull: PullView): Html {
  const people = (names: readonly string[]): Html =>
    names.length === 0
      ? html`<span class="dim">None</span>`
      : joined(
          names.map((name) => html`${name}`),
          html`, `,
        );
  const labels = pull.labels.length === 0 ? html`<span class="dim">None</span>` : html`${pull.labels.map(labelBadge)}`;
  return html`<div class="side"><section><h2>Reviewers asked</h2>${people(pull.reviewers)}</section>
    <section><h2>Assignees</h2>${people(pull.assignees)}</section><section><h2>Labels</h2>${labels}</section></div>`;
}
