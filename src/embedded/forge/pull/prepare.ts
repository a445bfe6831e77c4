import type { Caller } from "../access.ts";
import type { Forge } from "../forge.ts";
import { findUser } from "../forge.ts";
import type { BareRepository } from "../git/bare.ts";
import { readCommit } from "../git/history.ts";
import { rebaseOnto } from "../git/merge.ts";
import { type Signature, writeCommit } from "../git/object.ts";
import { Problem } from "../http/problem.ts";
import { signatureOf } from "../seed.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import { factsOf, mergedTree } from "./fact.ts";

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

/** Everything that a merge is made of. */
export interface Scene {
  readonly forge: Forge;
  readonly repository: Repository;
  readonly bare: BareRepository;
  readonly pull: PullRequest;
  readonly caller: Caller;
  readonly base: string;
}

/** 405, as GitHub answers where it does not merge. */
export const notMergeable = (message = "Pull Request is not mergeable"): Problem => new Problem(405, message);

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

/** Writes the commit that the base shall be at; nothing points to it yet. 405 on a conflict. */
export async function prepare(scene: Scene, wish: MergeWish): Promise<string> {
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
