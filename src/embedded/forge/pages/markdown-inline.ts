import { address, Html, html } from "./html.ts";

/** Where `#12` and commit names lead. */
export interface MarkdownPlace {
  readonly owner: string;
  readonly name: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly render: (groups: Readonly<Record<string, string>>, place: MarkdownPlace) => Html;
}

/** Only these may be followed from a text that somebody wrote. */
const link = (target: string, inner: Html): Html =>
  /^https?:\/\/[^\s]+$/i.test(target)
    ? html`<a href="${target}" rel="nofollow noopener noreferrer">${inner}</a>`
    : inner;

/** Every pattern is linear: each repeats a class that excludes its own end. */
const rules: readonly Rule[] = [
  { pattern: /(?<tick>`{1,3})(?<code>[^`]+)\k<tick>/, render: ({ code }) => html`<code>${code!.trim()}</code>` },
  { pattern: /\\(?<plain>[\\`*_{}[\]()#+\-.!|<>~])/, render: ({ plain }) => html`${plain}` },
  { pattern: /!\[(?<alt>[^\]]{0,300})\]\([^()\s]{1,2000}\)/, render: ({ alt }) => html`<em>${alt}</em>` },
  {
    pattern: /\[(?<label>[^[\]]{1,1000})\]\((?<target>[^()\s]{1,2000})\)/,
    render: ({ label, target }, place) => link(target!, inline(label!, { ...place })),
  },
  { pattern: /<(?<target>https?:\/\/[^\s<>]{1,2000})>/, render: ({ target }) => link(target!, html`${target}`) },
  {
    pattern: /(?<target>https?:\/\/[^\s<>()[\]"'`]{1,2000}[^\s<>()[\]"'`.,;:!?])/,
    render: ({ target }) => link(target!, html`${target}`),
  },
  {
    pattern: /\*\*(?<strong>[^*]{1,1000})\*\*/,
    render: ({ strong }, place) => html`<strong>${inline(strong!, place)}</strong>`,
  },
  { pattern: /~~(?<gone>[^~]{1,1000})~~/, render: ({ gone }, place) => html`<del>${inline(gone!, place)}</del>` },
  {
    pattern: /(?<![\w*])\*(?<em>[^*\s][^*]{0,1000})\*(?![\w*])/,
    render: ({ em }, place) => html`<em>${inline(em!, place)}</em>`,
  },
  {
    pattern: /(?<!\w)_(?<em>[^_\s][^_]{0,1000})_(?!\w)/,
    render: ({ em }, place) => html`<em>${inline(em!, place)}</em>`,
  },
  {
    pattern: /(?<![\w&/])#(?<number>\d{1,9})\b/,
    render: ({ number }, { owner, name }) => html`<a href="${address(owner, name, "pull", number!)}">#${number}</a>`,
  },
  {
    pattern: /(?<![\w/.-])(?<sha>[0-9a-f]{40})(?![\w/.-])/,
    render: ({ sha }, { owner, name }) =>
      html`<a href="${address(owner, name, "commit", sha!)}"><code>${sha!.slice(0, 7)}</code></a>`,
  },
  { pattern: /<br\s*\/?>/i, render: () => html`<br>` },
];

const anyRule = new RegExp(rules.map(({ pattern }, index) => `(?<rule${index}>${unnamed(pattern)})`).join("|"), "gi");

/** The same pattern without its names, which must be unique; a back-reference becomes "at least one". */
function unnamed(pattern: RegExp): string {
  return pattern.source.replace(/\(\?<(?![=!])\w+>/g, "(?:").replace(/\\k<\w+>/g, "`{1,3}");
}

/** One paragraph's text as HTML: emphasis, code, links, references. Anything else is text. */
export function inline(text: string, place: MarkdownPlace): Html {
  const parts: Html[] = [];
  let end = 0;
  for (const match of text.matchAll(anyRule)) {
    const rule = rules.find((_, index) => match.groups![`rule${index}`] !== undefined)!;
    // Look-behind has been settled by the first match; here only the parts are wanted.
    const groups = partsOf(rule.pattern, match[0]);
    parts.push(html`${text.slice(end, match.index)}`, groups ? rule.render(groups, place) : html`${match[0]}`);
    end = match.index + match[0].length;
  }
  return new Html([...parts, html`${text.slice(end)}`].map((part) => part.text).join(""));
}

function partsOf(pattern: RegExp, text: string): Record<string, string> | undefined {
  const match = new RegExp(`^(?:${pattern.source})$`, pattern.flags).exec(text);
  return match ? { ...match.groups } : undefined;
}
