import { type Forge, nowOf } from "../forge.ts";
import { Problem } from "../http/problem.ts";
import { standingOf } from "../protection/obstacle.ts";
import { protectionsOn } from "../protection/rules.ts";
import { land } from "../pull/merge.ts";
import { prepare, type Scene } from "../pull/prepare.ts";
import { tellWhileExclusive } from "../ref/tell.ts";
import { type PullRequest, pulls, type Repository } from "../store/record.ts";
import { type QueueEntry, queueEntries, queueOf } from "./record.ts";
import { type Leaving, putEntry, queueUser, tellGroup, tellQueue } from "./tell.ts";

interface Queue {
  readonly forge: Forge;
  readonly repository: Repository;
  readonly base: string;
}

/**
 * Takes a branch's queue as far as it goes: the first pull request is merged on top of the base under a branch of its
 * own, its checks are waited for there, and when they have passed the base moves to just that commit. One at a time.
 */
export function runQueue(queue: Queue): Promise<void> {
  const bare = queue.forge.git.at(queue.repository.directory);
  return bare.exclusive(async () => {
    for (;;) {
      const [entry] = queueOf(queue.forge.store, queue.repository.id, queue.base);
      if (!entry || (await step(queue, entry)) === "waits") return;
    }
  });
}

async function step(queue: Queue, entry: QueueEntry): Promise<"goes on" | "waits"> {
  const { forge, repository } = queue;
  const bare = forge.git.at(repository.directory);
  const pull = forge.store.get(pulls, repository.id, entry.number);
  const landing = forge.rules.landing(repository, queue.base);
  const baseSha = bare.refs.get(`refs/heads/${queue.base}`);
  // The forge died after it had merged, and before it could say so.
  if (pull?.mergedAt && pull.mergeCommitSha === entry.group?.sha) return leave(queue, entry, "MERGE");
  if (!pull || pull.state === "closed" || baseSha === undefined) return leave(queue, entry, "UNKNOWN_REMOVAL_REASON");
  if (pull.head.sha !== entry.headSha || pull.base.ref !== entry.base) return leave(queue, entry, "MANUAL");
  if (!landing.queue) return leave(queue, entry, "BRANCH_PROTECTIONS");
  const caller = { user: queueUser(forge), token: undefined, credential: "" };
  const scene: Scene = { forge, repository, bare, pull, caller, base: baseSha };
  if (entry.group?.baseSha !== baseSha) return tryOut(queue, { entry, scene, method: landing.queue.method });
  const standing = standingOfGroup(queue, entry.group.sha);
  if (standing === "failing") return leave(queue, entry, "CI_FAILURE");
  if (standing === "pending") return "waits";
  await land(scene, entry.group.sha);
  return leave(queue, entry, "MERGE");
}

function standingOfGroup({ forge, repository, base }: Queue, sha: string): "passed" | "pending" | "failing" {
  const required = protectionsOn(forge.store, repository, base).flatMap(({ checks }) => checks?.checks ?? []);
  const standings = required.map((check) => standingOf(forge.store, repository, sha, check));
  if (standings.includes("failing")) return "failing";
  return standings.every((standing) => standing === "passed") ? "passed" : "pending";
}

/** Makes the commit that the base would be at, and asks for its checks. */
async function tryOut(
  queue: Queue,
  {
    entry,
    scene,
    method,
  }: { readonly entry: QueueEntry; readonly scene: Scene; readonly method: "merge" | "squash" | "rebase" },
): Promise<"goes on" | "waits"> {
  const { forge, repository, base } = queue;
  await dropGroup(queue, entry, "invalidated");
  let sha: string;
  try {
    sha = await prepare(scene, { method, title: undefined, message: undefined, sha: undefined });
  } catch (error) {
    if (error instanceof Problem) return leave(queue, { ...entry, group: null }, "MERGE_CONFLICT");
    throw error;
  }
  const ref = `refs/heads/gh-readonly-queue/${base}/pr-${entry.number}-${scene.base}`;
  const tried = { ...entry, group: { ref, sha, baseSha: scene.base } };
  // A forge that died after the next line has left a branch, which the same attempt takes over.
  scene.bare.refs.update(ref, sha, scene.bare.refs.get(ref) ?? null);
  putEntry(forge, repository, tried);
  await tellWhileExclusive(forge, repository.id, scene.caller.user, [{ ref, before: null, after: sha }]);
  await tellGroup(forge, repository, tried, { action: "checks_requested" });
  return "goes on";
}

async function leave(queue: Queue, entry: QueueEntry, reason: Leaving): Promise<"goes on"> {
  const { forge, repository } = queue;
  await dropGroup(queue, entry, reason === "MERGE" ? "merged" : "dequeued");
  const told = { number: entry.number, actor: queueUser(forge).login, action: "dequeued", reason } as const;
  await tellQueue(forge, repository, told, (transaction, pull: PullRequest) => {
    transaction.delete(queueEntries, repository.id, entry.number);
    return { ...pull, updatedAt: nowOf(forge) };
  });
  return "goes on";
}

async function dropGroup(
  { forge, repository }: Queue,
  entry: QueueEntry,
  reason: "merged" | "invalidated" | "dequeued",
): Promise<void> {
  const bare = forge.git.at(repository.directory);
  const { ref = "" } = entry.group ?? {};
  const sha = bare.refs.get(ref);
  if (!entry.group || sha === undefined) return;
  await bare.deleteRef({ name: ref, sha });
  await tellWhileExclusive(forge, repository.id, queueUser(forge), [{ ref, before: sha, after: null }]);
  await tellGroup(forge, repository, entry, { action: "destroyed", reason });
}

/** Takes a pull request out of the queue at a person's wish; nothing where it is not in one. */
export function dequeue(forge: Forge, repository: Repository, number: number): Promise<void> {
  return forge.git.at(repository.directory).exclusive(async () => {
    const entry = forge.store.get(queueEntries, repository.id, number);
    if (entry) await leave({ forge, repository, base: entry.base }, entry, "MANUAL");
  });
}
