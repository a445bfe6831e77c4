import type { Repository } from "../../../schema/repository.ts";
import type { Forges } from "../../forge-port.ts";
import type { Git, Remote } from "../../git-port.ts";
import { matches } from "../../glob.ts";
import { slugOf, type Way } from "../../way.ts";

/** How long branches are taken to be as they were: a turn for every step of every proposal needs no look of its own. */
const freshMs = 30_000;
const mostAncestries = 4_096;

interface Known {
  readonly at: number;
  readonly by: string;
  readonly heads: ReadonlyMap<string, string>;
}

/** Branches of repositories, and what is in them. It remembers nothing that could not be found out again. */
export class Branches {
  readonly #forges: Forges;
  readonly #git: Git;
  readonly #known = new Map<string, Known>();
  readonly #ancestry = new Map<string, boolean>();

  constructor(forges: Forges, git: Git) {
    this.#forges = forges;
    this.#git = git;
  }

  /** Heads by branch, not older than half a minute; `by` is anything that makes older ones useless when it changes. */
  async heads(
    { repository, forge }: Extract<Way, { is: "open" }>,
    { by, now }: { readonly by: string; readonly now: Date },
    signal: AbortSignal,
  ): Promise<{ readonly remote: Remote; readonly heads: ReadonlyMap<string, string> }> {
    const remote = (await this.#forges.of(forge, signal)).remote(slugOf(repository));
    const { uid } = repository.metadata;
    const known = this.#known.get(uid);
    const at = now.getTime();
    if (known?.by === by && at >= known.at && at - known.at < freshMs) return { remote, heads: known.heads };
    const { heads } = await this.#git.sync(remote, signal);
    this.#known.set(uid, { at, by, heads });
    return { remote, heads };
  }

  /** Whether a branch's head has all of these commits in its history. */
  async hasAll(remote: Remote, head: string, commits: readonly string[], signal: AbortSignal): Promise<boolean> {
    for (const commit of commits) {
      const key = `${remote.id} ${head} ${commit}`;
      const has = this.#ancestry.get(key) ?? (await this.#git.isAncestor(remote, commit, head, signal));
      this.#ancestry.set(key, has);
      if (this.#ancestry.size > mostAncestries) this.#ancestry.delete(this.#ancestry.keys().next().value!);
      if (!has) return false;
    }
    return true;
  }

  /** Forgets repositories that are not among these. */
  keep(uids: ReadonlySet<string>): void {
    for (const uid of this.#known.keys()) if (!uids.has(uid)) this.#known.delete(uid);
  }
}

/** Branches that a list of names and patterns means, in its order and then by name; and names that no branch has. */
export function branchesOf(
  wanted: readonly string[],
  heads: ReadonlyMap<string, string>,
  { spec }: Repository,
): { readonly branches: readonly string[]; readonly missing: readonly string[] } {
  const all = [...heads.keys()].sort();
  const branches = new Set<string>();
  const missing: string[] = [];
  for (const each of wanted) {
    // A pattern means neither where the commits come from nor what is ours.
    const isPattern = each.includes("*");
    const found = isPattern
      ? all.filter((name) => matches(each, name) && name !== spec.branch && !name.startsWith("millrace/"))
      : all.filter((name) => name === each);
    for (const name of found) branches.add(name);
    if (found.length === 0 && !isPattern) missing.push(each);
  }
  return { branches: [...branches], missing };
}
