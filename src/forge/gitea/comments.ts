import { ForgeError } from "../../reconcilers/errors.ts";
import type { Comment } from "../../reconcilers/forge-port.ts";
import { title } from "../call.ts";
import { sameText } from "../pull-request.ts";
import { type Api, done, repoPath } from "./api.ts";
import type { GiteaUser } from "./pull-request.ts";
import type { PullAt, Reader } from "./reader.ts";

/** The parts of Gitea's comments that are used. */
export interface GiteaComment {
  readonly id: number;
  readonly body: string;
  readonly user: GiteaUser | null;
  readonly created_at: string;
}

/** The account as which Gitea's Actions write. Gitea tells of no other account whether it is a program's. */
const actionsId = -2;
const mostComments = 100;
/** So many conversations are remembered by how far they were read. */
const maxRemembered = 1_000;

/** Author of what somebody wrote whose account is gone, as Gitea names it. */
const ghost = "Ghost";

/** A mark as nobody sees it: a comment of HTML. */
function hidden(mark: string): string {
  if (!/^[\w.:/@+-]+$/.test(mark) || mark.includes("--"))
    throw new TypeError(`${JSON.stringify(mark)} cannot be hidden in a comment of HTML`);
  return `<!-- millrace:${mark} -->`;
}

const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

/** Comments below pull requests on Gitea. */
export class Comments {
  readonly #reader: Reader;
  readonly #own: (signal: AbortSignal) => Promise<string>;
  /** By pull request: the last comment that a reader knew, and when it was written. */
  readonly #read = new Map<string, { readonly id: number; readonly at: string }>();

  /** `own` gives the account that we are. */
  constructor(reader: Reader, own: (signal: AbortSignal) => Promise<string>) {
    this.#reader = reader;
    this.#own = own;
  }

  /** Comments with a greater id than `after`, oldest first. Gitea gives all of them at once, or all that are not older. */
  async after(pull: PullAt, after: number): Promise<readonly Comment[]> {
    const key = `${title(pull.at)}#${pull.number}`;
    const known = this.#read.get(key);
    const found = await this.#all(pull, known && known.id <= after ? known.at : undefined);
    const reached = found.find(({ id }) => id === after);
    if (reached) this.#remember(key, { id: after, at: reached.created_at });
    const own = await this.#own(pull.signal);
    return found
      .filter(({ id }) => id > after)
      .sort((a, b) => a.id - b.id)
      .slice(0, mostComments)
      .map((comment) => toComment(comment, own));
  }

  /** Writes it, unless one of ours has the mark already. */
  async write(pull: PullAt, { body, mark }: { readonly body: string; readonly mark: string }): Promise<boolean> {
    const hiddenMark = hidden(mark);
    if (await this.#isThere(pull, hiddenMark)) return false;
    try {
      await this.#create(pull, `${body.trimEnd()}\n\n${hiddenMark}`);
    } catch (error) {
      // The answer may have got lost on its way, and the comment not.
      const isDoubtful = error instanceof ForgeError && error.code === "unavailable";
      if (!isDoubtful || !(await this.#isThere(pull, hiddenMark))) throw error;
    }
    return true;
  }

  /** Closes a pull request with a comment: once, however often it is asked for, and wherever it was interrupted. */
  async close(pull: PullAt, comment: string): Promise<void> {
    const { at, number, signal } = pull;
    const found = await this.#reader.raw(pull);
    if (found?.state !== "open") return;
    const text = comment.trim();
    const isThere = async () => (await this.#all(pull)).some(({ body }) => sameText(body.trim(), text));
    if (text !== "" && !(found.comments > 0 && (await isThere()))) await this.#create(pull, comment);
    const doing = `close pull request #${number} of ${title(at)}`;
    const path = repoPath(at, `/pulls/${number}`);
    const body = { state: "closed" };
    const pretend = () => ({ ...found, ...body });
    done(await this.#api.send({ doing, path, signal, method: "PATCH", body, pretend, shownAt: path }), doing);
  }

  /** Others may quote our mark, or write it to keep us silent: theirs do not count. */
  async #isThere(pull: PullAt, hiddenMark: string): Promise<boolean> {
    const own = await this.#own(pull.signal);
    return (await this.#all(pull)).some(({ user, body }) => isSame(user?.login, own) && body.includes(hiddenMark));
  }

  get #api(): Api {
    return this.#reader.api;
  }

  #remember(key: string, read: { readonly id: number; readonly at: string }): void {
    this.#read.delete(key);
    this.#read.set(key, read);
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= maxRemembered) break;
      this.#read.delete(oldest);
    }
  }

  async #all({ at, number, signal }: PullAt, since?: string): Promise<readonly GiteaComment[]> {
    const doing = `read the comments of pull request #${number} of ${title(at)}`;
    const query = since === undefined ? "" : `?since=${encodeURIComponent(since)}`;
    const path = repoPath(at, `/issues/${number}/comments${query}`);
    return (await this.#api.get<readonly GiteaComment[] | null>({ doing, path, signal })).data ?? [];
  }

  async #create({ at, number, signal }: PullAt, body: string): Promise<void> {
    const doing = `comment on pull request #${number} of ${title(at)}`;
    const path = repoPath(at, `/issues/${number}/comments`);
    done(
      await this.#api.send({ doing, path, signal, method: "POST", body: { body }, pretend: () => undefined }),
      doing,
    );
  }
}

function toComment({ id, body, user, created_at }: GiteaComment, own: string): Comment {
  const isBot = isSame(user?.login, own) || user?.id === actionsId;
  return { id, author: user?.login ?? ghost, isBot, body, at: new Date(created_at) };
}
