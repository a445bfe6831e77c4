import type { Caller } from "../access.ts";
import type { Forge } from "../forge.ts";
import { findUser } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import { readCommit } from "../git/history.ts";
import { rebaseOnto } from "../git/merge.ts";
import { type Signature, writeCommit } from "../git/object.ts";
import { RefMoved } from "../git/refs.ts";
import { conflict, Problem } from "../http/problem.ts";
import { tellWhileExclusive } from "../ref/tell.ts";
import { changeRefWhileExclusive } from "../ref/write.ts";
import { signatureOf } from "../seed.ts";
import { mergeIntents, type PullRequest, pulls, type Repository } from "../store/record.ts";
import { endsOf, factsOf, mergedTree } from "./fact.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

/** What a caller wants of a merge. */
export interface MergeWish {
  readonly method: MergeMethod;
  /** Title and body of the commit; GitHub's defaults where absent. */
  readonly title: string | undefined;
  readonly message: string | undefined;
  /** What the head must be. */
  readonly sha: string | undefined;
}

interface Scene {
  readonly forge: Forge;
  readonly repository: Repository;
  readonly bare: BareRepository;
  readonly pull: PullRequest;
  readonly caller: Caller;
  readonly base: string;
}

const notAllowed: Readonly<Record<MergeMethod, string>> = {
  merge: "Merge commits are not allowed on this repository.",
  squash: "Squash merges are not allowed on this repository.",
  rebase: "Rebase merges are not allowed on this repository.",
};
const notMergeable = (message = "Pull Request is not mergeable"): Problem => new Problem(405, message);

function demandMergeable(repository: Repository, pull: PullRequest, method: MergeMethod): void {
  const { allowMergeCommit: merge, allowSquashMerge: squash, allowRebaseMerge: rebase } = repository;
  if (pull.state === "closed") throw notMergeable();
  if (pull.draft) throw notMergeable("Pull Request is still a draft");
  if (!{ merge, squash, rebase }[method]) throw notMergeable(notAllowed[method]);
}

/** The forge itself, which commits what it merges. */
const forgeSignature = (own: Signature): Signature => ({ ...own, name: "Forge", email: "noreply@forge.invalid" });

const textOf = (title: string, body: string): string =>
  body === "" ? `${title}\n` : `${title}\n\n${body.trimEnd()}\n`;

async function squashText({ bare, pull }: Scene): Promise<readonly [title: string, body: string]> {
  const { commits } = await factsOf(bare, pull);
  const messages = await Promise.all(
    commits.map(async (sha) => (await readCommit(bare, sha))?.message.trimEnd() ?? ""),
  );
  const [subject = "", ...rest] = (messages[0] ?? "").split("\n");
  if (messages.length === 1) return [`${subject} (#${pull.number})`, rest.join("\n").trim()];
  return [`${pull.title} (#${pull.number})`, messages.map((message) => `* ${message}`).join("\n\n")];
}

/** Writes the commit that the base shall be at; nothing points to it yet. */
async function prepare(scene: Scene, wish: MergeWish): Promise<string> {
  const { forge, bare, pull, repository, caller, base } = scene;
  const own = signatureOf(forge, caller.user);
  const committer = forgeSignature(own);
  if (wish.method === "rebase") {
    const { commits } = await factsOf(bare, pull);
    const tip = await rebaseOnto(bare, base, commits, committer);
    if (tip === null) throw notMergeable("This branch can't be rebased");
    return tip;
  }
  const tree = await mergedTree(bare, base, pull.head.sha);
  if (tree === null) throw notMergeable();
  if (wish.method === "squash") {
    const [title, body] = await squashText(scene);
    const author = signatureOf(forge, findUser(forge.store, pull.user) ?? caller.user);
    const message = textOf(wish.title ?? title, wish.message ?? body);
    return writeCommit(bare, { tree, parents: [base], author, committer, message });
  }
  const title = wish.title ?? `Merge pull request #${pull.number} from ${repository.owner}/${pull.head.ref}`;
  const message = textOf(title, wish.message ?? pull.title);
  return writeCommit(bare, { tree, parents: [base, pull.head.sha], author: own, committer, message });
}

async function carryOut(scene: Scene, wish: MergeWish): Promise<string> {
  const { forge, repository, bare, pull, caller, base } = scene;
  const { behind } = await factsOf(bare, pull);
  const rule = forge.rules.merge(repository, pull, behind);
  if (rule.state === "blocked" || rule.state === "behind") throw notMergeable(rule.reason);
  const sha = await prepare(scene, wish);
  const ref = `refs/heads/${pull.base.ref}`;
  forge.store.transact((transaction) => {
    transaction.put(mergeIntents, repository.id, pull.number, { sha, by: caller.user.login });
    transaction.put(pulls, repository.id, pull.number, { ...pull, base: { ...pull.base, sha: base } });
  });
  try {
    bare.refs.update(ref, sha, base);
  } catch (error) {
    forge.store.transact((transaction) => transaction.delete(mergeIntents, repository.id, pull.number));
    if (error instanceof RefMoved) throw notMergeable("Base branch was modified. Review and try the merge again.");
    throw error;
  }
  await tellWhileExclusive(forge, repository.id, caller.user, [{ ref, before: base, after: sha }]);
  return sha;
}

/**
 * Merges a pull request and gives the commit that its base is at then. What is about to happen is written before the
 * base moves, so that a forge that dies in between knows on its next start that this pull request was merged.
 */
export function mergePull(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  { number, wish }: { readonly number: number; readonly wish: MergeWish },
): Promise<string> {
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(async () => {
    const pull = forge.store.get(pulls, repository.id, number);
    if (!pull) throw notMergeable();
    demandMergeable(repository, pull, wish.method);
    const headRef = `refs/heads/${pull.head.ref}`;
    const moved = bare.refs.get(headRef) !== pull.head.sha;
    if (moved || (wish.sha !== undefined && wish.sha !== pull.head.sha)) {
      throw conflict("Head branch was modified. Review and try the merge again.");
    }
    const { base } = endsOf(bare, pull);
    const sha = await carryOut({ forge, repository, bare, pull, caller, base }, wish);
    if (repository.deleteBranchOnMerge && pull.head.ref !== repository.defaultBranch) {
      await changeRefWhileExclusive(forge, repository, caller, { ref: headRef, before: pull.head.sha, after: null });
    }
    return sha;
  });
}
