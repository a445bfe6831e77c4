import type { ChangeProposal } from "../../../schema/change-proposal.ts";
import { Repository } from "../../../schema/repository.ts";
import type { Lookup } from "../../ports.ts";
import { short } from "../../way.ts";
import type { Standing } from "../decide.ts";
import type { Unknown } from "../strategy.ts";
import { type Followed, keyOf } from "./follow.ts";
import type { Loops } from "./loop.ts";
import { file, type Want } from "./plan.ts";
import type { Heads } from "./run.ts";

/** What is wanted of every repository: the heads that the run brings, and what is known of what is followed. */
export interface Sought {
  readonly pins: Heads;
  readonly followed: ReadonlyMap<string, Followed>;
  readonly loops: Loops;
}

/** Where the sources of a repository should be, and what is not brought because it would never end. */
export interface Wants {
  readonly known: readonly Want[];
  /** The first source of which it is not known where it should be. */
  readonly unknown: Unknown | undefined;
  readonly notes: readonly Omit<Standing, "name">[];
}

export function wantsOf(
  repository: Repository,
  child: ChangeProposal | undefined,
  sought: Sought,
  lookup: Lookup,
): Wants {
  const known: Want[] = [];
  const unknown: Unknown[] = [];
  const notes: Omit<Standing, "name">[] = [];
  for (const source of repository.spec.sources) {
    const found = placeOf(repository, source, sought, lookup);
    if ("is" in found) {
      unknown.push(found);
      continue;
    }
    const { commit, followed, branch, back, now } = found;
    if (back) notes.push(loopNote(source.name, { commit: now, way: [repository.metadata.name, ...back] }));
    // What would not end is not brought; what was asked for before that still is.
    const wanted = back && commit === now ? askedIn(child, source.name) : commit;
    if (wanted !== undefined) known.push({ source: source.name, followed, branch, commit: wanted });
  }
  return { known, unknown: unknown[0], notes };
}

interface Place {
  readonly followed: Repository;
  readonly branch: string;
  /** Where the source should be, and where what it follows is now. */
  readonly commit: string;
  readonly now: string;
  /** The way back to the follower, where `now` is an own merge. */
  readonly back: readonly string[] | undefined;
}

function placeOf(
  { metadata }: Repository,
  source: Repository["spec"]["sources"][number],
  { pins, followed, loops }: Sought,
  lookup: Lookup,
): Place | Unknown {
  const there = lookup.get(Repository, { namespace: metadata.namespace, name: source.repositoryRef.name });
  const key = keyOf(source, there);
  const head = followed.get(key)?.head;
  const now = typeof head === "string" ? head : undefined;
  const commit = pins.get(key) ?? now;
  if (commit === undefined || !there) return unknownOf(source.name, head);
  const isBase = key === there.metadata.name;
  const back = isBase ? loops.wayBack(metadata.name, key, now ?? commit) : undefined;
  return { followed: there, branch: source.branch ?? there.spec.branch, commit, now: now ?? commit, back };
}

function unknownOf(source: string, head: string | Unknown | undefined): Unknown {
  const none = { is: "waiting", reason: "SourceNotReady", message: "no head is known" } as const;
  const why = typeof head === "object" ? head : none;
  return { ...why, message: `sources.${source}: ${why.message}` };
}

/** The commit that an existing proposal sets. */
const askedIn = (child: ChangeProposal | undefined, source: string): string | undefined =>
  child?.spec.change.edits?.find(
    ({ path, set }) => path === file && set?.field[1] === source && set.field.at(-1) === "commit",
  )?.set?.value;

function loopNote(
  source: string,
  { commit, way }: { readonly commit: string; readonly way: readonly string[] },
): Omit<Standing, "name"> {
  const followed = way[1]!;
  const message = `sources.${source}: the head ${short(commit)} of ${followed} is this operation's own merge, and ${way.join(" follows ")}: bringing it would never end, so it is not brought. Take one of these sources out, or move ${source} by hand`;
  return { is: "blocked", reason: "Loop", message };
}
