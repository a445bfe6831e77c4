import { somebody } from "../access.ts";
import { logTo, nowOf } from "../forge.ts";
import { resolveCommit } from "../git/revision.ts";
import type { RepositoryCall } from "../http/call.ts";
import { invalid } from "../http/problem.ts";
import { changeRefWhileExclusive } from "../ref/write.ts";
import type { Transaction } from "../store/store.ts";
import { type Release, releases } from "./record.ts";
import { releaseView } from "./view.ts";

/**
 * Writes a release, and its tag where it is published and the tag is not there yet. 422 where another published release
 * has the tag, or the target is no commit. The caller must be the repository's one writer (`bare.exclusive`).
 */
export async function writeRelease(call: RepositoryCall, release: Release, before?: Release): Promise<void> {
  const { forge, repository } = call;
  if (!release.draft) {
    const taken = [...forge.store.all(releases, repository.id).values()].some(
      (each) => !each.draft && each.tag === release.tag && each.id !== release.id,
    );
    if (taken) throw invalid({ resource: "Release", code: "already_exists", field: "tag_name" });
    await makeTag(call, release);
  }
  const actions = actionsOf(release, before);
  forge.store.transact((transaction) => {
    transaction.put(releases, repository.id, release.id, release);
    const changes = before ? { changes: changesOf(before, release) } : {};
    for (const action of actions) tellRelease(call, transaction, action, release, action === "edited" ? changes : {});
    const actor = somebody(call.caller).user.login;
    logTo(transaction, forge, { actor, action: `release.${verbOf(actions)}`, subject: release.tag, repository });
  });
}

/** What GitHub tells of a release: a draft that is published is published and released, not edited. */
function actionsOf(release: Release, before: Release | undefined): readonly string[] {
  const published = ["published", release.prerelease ? "prereleased" : "released"];
  if (!before) return release.draft ? ["created"] : ["created", ...published];
  return before.draft && !release.draft ? published : ["edited"];
}

function verbOf(actions: readonly string[]): string {
  if (actions.includes("published")) return "publish";
  return actions.includes("edited") ? "edit" : "create";
}

async function makeTag(call: RepositoryCall, { tag, target }: Release): Promise<void> {
  const { forge, repository } = call;
  const bare = forge.git.at(repository.directory);
  const ref = `refs/tags/${tag}`;
  if (bare.refs.get(ref) !== undefined) return;
  const commit = await resolveCommit(bare, target);
  if (!commit) throw invalid({ resource: "Release", code: "invalid", field: "target_commitish" });
  await changeRefWhileExclusive(forge, repository, somebody(call.caller), { ref, before: null, after: commit.sha });
}

/** Tells of a release. */
export function tellRelease(
  call: RepositoryCall,
  transaction: Transaction,
  action: string,
  release: Release,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { forge, repository } = call;
  const sender = somebody(call.caller).user.login;
  const payload = { release: releaseView(forge, repository, release), ...more };
  forge.events.emit(transaction, { name: "release", action, repository, sender, payload });
}

function changesOf(before: Release, after: Release): Record<string, unknown> {
  return {
    ...(before.name === after.name ? {} : { name: { from: before.name ?? "" } }),
    ...(before.body === after.body ? {} : { body: { from: before.body ?? "" } }),
    ...(before.tag === after.tag ? {} : { tag_name: { from: before.tag } }),
  };
}

/** A release before anything is known of it. */
export function blankRelease(call: RepositoryCall, id: number): Release {
  const now = nowOf(call.forge);
  return {
    ...{ id, tag: "", target: call.repository.defaultBranch, name: null, body: null, draft: false, prerelease: false },
    ...{
      author: somebody(call.caller).user.login,
      createdAt: now,
      updatedAt: now,
      publishedAt: null,
      mayBeLatest: true,
    },
  };
}
