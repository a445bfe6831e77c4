import { commitListPage, commitPage } from "./commit.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";
import { pullPage } from "./pull.ts";
import { filterOf, pullListPage } from "./pull-list.ts";
import { branchListPage, placePage, repositoryPage } from "./repository.ts";
import { repositoryListPage } from "./repository-list.ts";
import type { PageSource, RepositorySource } from "./source.ts";
import { contentSecurityPolicy } from "./style.ts";
import { tagListPage } from "./tag-list.ts";

/** A page, ready to be sent. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const headers: PageAnswer["headers"] = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/**
 * The page at `path` (still encoded, as it came), or a page that says that there is none. Addresses are GitHub's:
 * `/`, `/OWNER`, `/OWNER/NAME`, `…/tree/REF/PATH`, `…/blob/REF/PATH`, `…/commits/REF`, `…/commit/SHA`, `…/branches`, `…/tags`,
 * `…/releases`, `…/pulls?state=`, `…/pull/NUMBER`.
 */
export async function answerPage(source: PageSource, path: string, query: URLSearchParams): Promise<PageAnswer> {
  const body = await find(source, parts(path), query);
  if (body !== undefined) return { status: 200, headers, body };
  const nothing = html`<h1>There is nothing here</h1><p class="dim">The address may be wrong, or the thing was deleted or is private.</p>
    <p><a href="/">All repositories</a> · <a href="/login">Sign in</a></p>`;
  return { status: 404, headers, body: page({ title: "Not found" }, nothing) };
}

/** Decoded steps of a path; undefined when an escape in it is malformed. */
function parts(path: string): readonly string[] | undefined {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined; // a malformed escape names nothing that is here
  }
}

async function find(
  source: PageSource,
  steps: readonly string[] | undefined,
  query: URLSearchParams,
): Promise<string | undefined> {
  if (!steps) return undefined;
  const [owner, name, kind, ...rest] = steps;
  if (owner === undefined) return repositoryListPage(await source.repositories(), source.now);
  if (name === undefined) return ownerPage(source, owner);
  const repository = await source.repository(owner, name);
  if (!repository) return undefined;
  return kind === undefined
    ? repositoryPage(repository, source.now)
    : ofRepository(repository, { kind, rest, query, now: source.now });
}

async function ownerPage(source: PageSource, owner: string): Promise<string | undefined> {
  const own = (await source.repositories()).filter((card) => card.owner.toLowerCase() === owner.toLowerCase());
  return own.length > 0 ? repositoryListPage(own, source.now) : undefined;
}

interface Wanted {
  readonly kind: string;
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
  readonly now: Date;
}

async function ofRepository(source: RepositorySource, { kind, rest, query, now }: Wanted): Promise<string | undefined> {
  const [first] = rest;
  switch (kind) {
    case "tree":
    case "blob":
      return placePage(source, { card: source.card, ...(await refAndPath(source, rest)) }, now);
    case "commits": {
      const skip = Math.max(0, Number.parseInt(query.get("skip") ?? "0", 10) || 0);
      return commitListPage(source, { ref: rest.join("/") || source.card.defaultBranch, skip }, now);
    }
    case "commit":
      return first === undefined ? undefined : commitPage(source, first, now);
    case "branches":
      return branchListPage(source, now);
    case "tags":
    case "releases":
      return tagListPage(source);
    case "pulls":
      return pullListPage(source, filterOf(query), now);
    case "pull":
      return /^\d{1,9}$/.test(first ?? "") ? pullPage(source, Number(first), now) : undefined;
    default:
      return undefined;
  }
}

/** Splits `a/b/c` into a ref and a path. A branch may hold slashes: the shortest beginning that is a ref wins. */
async function refAndPath(source: RepositorySource, rest: readonly string[]): Promise<{ ref: string; path: string }> {
  for (let count = 1; count <= rest.length; count += 1) {
    const ref = rest.slice(0, count).join("/");
    if ((await source.resolve(ref)) !== undefined) return { ref, path: rest.slice(count).join("/") };
  }
  return { ref: rest.join("/"), path: "" };
}
