import { ForgeError } from "../reconcilers/errors.ts";
import type { Comment } from "../reconcilers/forge-port.ts";
import { call, named, type Rest, title } from "./call.ts";
import type { PullAt } from "./merge.ts";

/** GitHub's most. */
const pageSize = 100;
/** So many conversations are remembered by how far they were read. */
const maxRemembered = 1_000;
/** Author of what somebody wrote whose account is gone. */
const ghost = "ghost";

export interface ConversationOptions {
  readonly rest: Rest;
  /** Who we are. */
  readonly login: (signal: AbortSignal) => Promise<string>;
}

/** The parts of GitHub's comments that are used. */
interface GitHubComment {
  readonly id: number;
  readonly body?: string | undefined;
  readonly created_at: string;
  readonly user: { readonly login: string; readonly type: string } | null;
}

/** What people and we write below pull requests. */
export class Conversations {
  readonly #options: ConversationOptions;
  /** By pull request: the last comment that a reader knew, and when it was written. */
  readonly #read = new Map<string, { readonly id: number; readonly at: string }>();

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** Comments with a greater id than `after`, oldest first, at most 100. */
  async after(where: PullAt, after: number): Promise<readonly Comment[]> {
    const key = `${title(where.at)}#${where.number}`;
    const known = this.#read.get(key);
    // GitHub filters by the time of the last change alone: from a comment that is known to be older than the wanted ones.
    const since = known && known.id <= after ? known.at : undefined;
    const own = await this.#options.login(where.signal);
    const found: GitHubComment[] = [];
    for await (const page of this.#pages(where, since)) {
      found.push(...page.filter(({ id }) => id > after));
      const reached = page.find(({ id }) => id === after);
      if (reached) this.#remember(key, { id: after, at: reached.created_at });
      if (found.length >= pageSize) break;
    }
    return found.slice(0, pageSize).map((comment) => toComment(comment, own));
  }

  /** Writes a comment, unless one of ours has its mark already. Gives whether it was written now. */
  async write(where: PullAt, { body, mark }: { readonly body: string; readonly mark: string }): Promise<boolean> {
    const { at, number, signal } = where;
    const hidden = hiddenMark(mark);
    if (await this.#isThere(where, hidden)) return false;
    try {
      await call(`comment on pull request #${number} of ${title(at)}`, signal, () =>
        this.#options.rest.issues.createComment({
          ...{ ...named(at), issue_number: number, request: { signal } },
          body: `${body.trimEnd()}\n\n${hidden}`,
        }),
      );
    } catch (error) {
      // The answer may have got lost on its way, and the comment not.
      const isDoubtful = error instanceof ForgeError && error.code === "unavailable";
      if (!isDoubtful || !(await this.#isThere(where, hidden))) throw error;
    }
    return true;
  }

  /** Others may quote our mark, or write it to keep us silent: theirs do not count. */
  async #isThere(where: PullAt, hidden: string): Promise<boolean> {
    const own = await this.#options.login(where.signal);
    for await (const page of this.#pages(where, undefined))
      if (page.some(({ user, body }) => isSame(user?.login, own) && body?.includes(hidden))) return true;
    return false;
  }

  async *#pages({ at, number, signal }: PullAt, since: string | undefined): AsyncGenerator<readonly GitHubComment[]> {
    const doing = `read the comments of pull request #${number} of ${title(at)}`;
    const issue = { ...named(at), issue_number: number, ...(since !== undefined && { since }) };
    for (let page = 1; ; page++) {
      const { data } = await call(doing, signal, () =>
        this.#options.rest.issues.listComments({ ...issue, per_page: pageSize, page, request: { signal } }),
      );
      yield data;
      if (data.length < pageSize) return;
    }
  }

  #remember(key: string, read: { readonly id: number; readonly at: string }): void {
    this.#read.delete(key);
    this.#read.set(key, read);
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= maxRemembered) break;
      this.#read.delete(oldest);
    }
  }
}

/** A mark as nobody sees it: a comment of HTML. */
function hiddenMark(mark: string): string {
  if (!/^[\w.:/@+-]+$/.test(mark) || mark.includes("--"))
    throw new TypeError(`${JSON.stringify(mark)} cannot be hidden in a comment of HTML`);
  return `<!-- millrace:${mark} -->`;
}

const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

function toComment({ id, body, created_at, user }: GitHubComment, own: string): Comment {
  const author = user?.login ?? ghost;
  const isBot = user?.type === "Bot" || isSame(author, own);
  return { id, author, isBot, body: body ?? "", at: new Date(created_at) };
}
