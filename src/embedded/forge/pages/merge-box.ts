import { type Html, html } from "./html.ts";
import { checkSign, commitLink } from "./layout.ts";
import type { CheckLine, PullView, RepositoryCard } from "./source.ts";
import { ago, counted } from "./time.ts";

/** The checks of the head commit, and a sentence that says whether the pull request can be merged or what is missing. */
export function mergeBox(card: RepositoryCard, pull: PullView, now: Date): Html {
  return html`${checkBox(pull.checkList)}<div class="box merge ${look(pull)}"><div class="in">${verdict(card, pull, now)}</div></div>`;
}

function look({ state, merge }: PullView): string {
  if (state === "merged") return "done";
  if (state === "closed") return "";
  return merge.can ? "can" : "no";
}

function verdict(card: RepositoryCard, pull: PullView, now: Date): Html {
  if (pull.state === "merged") {
    const as = pull.mergeSha === null ? html`` : html` as ${commitLink(card, pull.mergeSha)}`;
    return html`<b>Merged</b> by ${pull.mergedBy ?? "somebody"}${as} ${pull.mergedAt !== null && ago(pull.mergedAt, now)}.`;
  }
  if (pull.state === "closed")
    return html`<b>Closed</b> without a merge ${pull.closedAt !== null && ago(pull.closedAt, now)}.`;
  const { can, obstacles, handed } = pull.merge;
  const itself = handed === undefined ? html`` : html`<p>${handed}</p>`;
  if (can) return html`<b class="ok">Ready to merge.</b> Nothing stands in its way.${itself}`;
  return html`<b class="run">It can not be merged yet.</b><ul>${obstacles.map((each) => html`<li>${each}</li>`)}</ul>${itself}`;
}

function checkBox(checks: readonly CheckLine[]): Html {
  if (checks.length === 0) return html``;
  const rows = checks.map(
    ({
      name,
      state,
      summary,
      url,
      required,
    }) => html`<div class="row">${checkSign(state)}<span class="grow"><b>${name}</b> <span class="meta">${summary}</span></span>
      ${required && html`<span class="tag">required</span>`}${webLink(url)}</div>`,
  );
  return html`<div class="box"><header><b>${heading(checks)}</b></header>${rows}</div>`;
}

/** A reporter chose the address, so it is followed only where it is a web page. */
function webLink(url: string | null): Html {
  if (url === null || !/^https?:\/\//i.test(url)) return html``;
  return html`<a class="meta" href="${url}" rel="nofollow noopener noreferrer">details</a>`;
}

function heading(checks: readonly CheckLine[]): string {
  const count = (state: CheckLine["state"]): number => checks.filter((check) => check.state === state).length;
  if (count("failure") > 0) return `${counted(count("failure"), "check")} of ${checks.length} failed`;
  if (count("pending") > 0) return `${counted(count("pending"), "check")} of ${checks.length} still running`;
  return "All checks have passed";
}
