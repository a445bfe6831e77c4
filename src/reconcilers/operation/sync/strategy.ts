import { ChangeProposal } from "../../../schema/change-proposal.ts";
import type { Operation } from "../../../schema/operation.ts";
import { Repository } from "../../../schema/repository.ts";
import type { Lookup } from "../../ports.ts";
import { short } from "../../way.ts";
import { childKey } from "../child.ts";
import type { Standing } from "../decide.ts";
import type { Strategy } from "../strategy.ts";
import { Archives } from "./archive.ts";
import { type Followed, followedBy, keyOf, watchedBy } from "./follow.ts";
import { type Loops, loopsOf } from "./loop.ts";
import { itemOf, type World as NeedWorld, Plans, planId } from "./need.ts";
import { pinsOf, type Run, runOf } from "./run.ts";

/** Keeps the sources of repositories at the heads of what they follow. */
export function syncSources(world: Omit<NeedWorld, "archives" | "plans">): Strategy {
  const archives = new Archives(world.forges, world.lookup);
  const plans = new Plans();
  return {
    async aim(operation, repositories, turn) {
      const allowed = repositories.filter(({ spec }) => spec.operations.includes("SyncSources"));
      const followed = await followedBy(operation, allowed, world, turn.signal);
      const loops = await loopsOf(operation, allowed, world, turn.signal);
      const pinned = pinsOf(operation.status?.lastRun);
      const heads = headsOf(followed, allowed, { loops, pinned, lookup: world.lookup });
      const { run, nextRunAt } = runOf({ operation, heads, watched: watchedBy(operation, followed), now: turn.now });
      const sought = { pins: pinsOf(run), followed: new Map(followed.map((each) => [each.key, each])), loops };
      return {
        run,
        nextRunAt,
        brings: bringsOf(run),
        others: unknownTriggers(operation, world.lookup),
        async needsOf(repository) {
          const { name } = repository.metadata;
          const key = childKey(operation, { repository: name, part: undefined }, world.lookup);
          const child = world.lookup.get(ChangeProposal, key);
          const subject = { operation, repository, child };
          return {
            items: [await itemOf(subject, sought, { ...world, archives, plans }, turn)],
            keepsOthers: false,
          };
        },
      };
    },
    keep: (operation, repositories) =>
      plans.keep(`${operation.metadata.uid}/`, new Set(repositories.map((each) => planId(operation, each)))),
  };
}

/** Heads that are known. One that nobody may follow, since it would never end, is no news: it stays what the last run brought. */
function headsOf(
  followed: readonly Followed[],
  followers: readonly Repository[],
  { loops, pinned, lookup }: { loops: Loops; pinned: ReadonlyMap<string, string>; lookup: Lookup },
): ReadonlyMap<string, string> {
  const follows = ({ metadata: { namespace }, spec }: Repository, key: string): boolean =>
    spec.sources.some(
      (source) => keyOf(source, lookup.get(Repository, { namespace, name: source.repositoryRef.name })) === key,
    );
  const isLoop = (key: string, head: string): boolean => {
    if (!loops.isOwn(key, head)) return false;
    const all = followers.filter((each) => follows(each, key));
    return all.length > 0 && all.every(({ metadata }) => loops.wayBack(metadata.name, key, head));
  };
  return new Map(
    followed.flatMap(({ key, head }) => {
      if (typeof head !== "string") return [];
      return [[key, isLoop(key, head) ? (pinned.get(key) ?? head) : head] as const];
    }),
  );
}

function bringsOf(run: Run | undefined): string {
  const heads = run?.heads ?? [];
  const brings = heads.slice(0, 3).map(({ name, sha }) => `${name} ${short(sha)}`);
  return brings.join(", ") + (heads.length > 3 ? " and others" : "");
}

/** Triggers that can never fire. */
const unknownTriggers = ({ metadata: { namespace }, spec }: Operation, lookup: Lookup): readonly Standing[] =>
  [...new Set((spec.triggers ?? []).map(({ repositoryRef }) => repositoryRef.name))]
    .filter((name) => !lookup.get(Repository, { namespace, name }))
    .map((name) => ({
      name,
      is: "blocked",
      reason: "SourceUnknown",
      message: "spec.triggers names it, and there is no such Repository: create it, or take the trigger out",
    }));
