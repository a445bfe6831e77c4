import type { Change } from "../../schema/change.ts";
import type { Release } from "../../schema/release.ts";
import type { ReleasePlan } from "../../schema/release-plan.ts";
import { byCodeUnit, type Node } from "../../sequencer/digraph.ts";
import type { Hands } from "../change/hands.ts";
import { short } from "../way.ts";

/** What is to be taken back of one node. */
export interface TakeBack {
  readonly name: string;
  readonly repository: string;
  /** Version that is taken back. */
  readonly version: string;
  /** Commit that was released, and whether it only says the version: a release proposal of ours made it. */
  readonly commit: string;
  readonly isProposal: boolean;
  /** Release before, up to which everything is taken back. */
  readonly before: { readonly version: string; readonly sha: string };
}

export type Rollback =
  | {
      readonly is: "rollback";
      /** The graph of what is taken back, edges reversed: to be planned with `planOf` as it is. */
      readonly nodes: readonly Node[];
      readonly items: ReadonlyMap<string, TakeBack>;
      /** Nodes that cannot be taken back, and why: they fail from the beginning. They are in `nodes` too. */
      readonly impossible: ReadonlyMap<string, string>;
    }
  | {
      readonly is: "refused";
      readonly reason: "RollbackPlanMissing" | "RollbackPlanRunning" | "RollbackDigest" | "RollbackNothing";
      readonly message: string;
    };

/**
 * What taking back a plan comes to: the nodes that succeeded there, the last first. Pure and total. `graph` is the graph of all
 * nodes as it is now; `releaseOf` gives the Release that the old plan made for a node.
 */
export function rollbackOf(
  wish: NonNullable<ReleasePlan["spec"]["rollback"]>,
  old: ReleasePlan | undefined,
  graph: readonly Node[],
  releaseOf: (node: string) => Release | undefined,
): Rollback {
  const refusal = refusalOf(wish, old);
  if (refusal) return refusal;
  const names = succeededIn(old!);
  const known = new Set(graph.map(({ name }) => name));
  const shared = new Set(graph.flatMap(({ name }) => (name.includes("/") ? [name.split("/", 1)[0]!] : [])));
  const items = new Map<string, TakeBack>();
  const impossible = new Map<string, string>();
  for (const name of names) {
    const [repository = ""] = name.split("/", 1);
    const why = known.has(name)
      ? shared.has(repository) && sharedWhy(repository)
      : `there is no ${name} in the graph any more: take it back by hand`;
    const item = why || takeBackOf(name, releaseOf(name));
    if (typeof item === "string") impossible.set(name, item);
    else items.set(name, item);
  }
  return { is: "rollback", nodes: reversed(names, graph), items, impossible };
}

const succeededIn = ({ status }: ReleasePlan): readonly string[] =>
  (status?.nodes ?? []).filter(({ phase }) => phase === "Succeeded").map(({ name }) => name);

const sharedWhy = (repository: string): string =>
  `${repository} has several things that are released by themselves, and their commits cannot be told apart: take it back by hand`;

function refusalOf(
  { planRef: { name }, digest }: NonNullable<ReleasePlan["spec"]["rollback"]>,
  old: ReleasePlan | undefined,
): Extract<Rollback, { is: "refused" }> | undefined {
  const refused = (reason: Extract<Rollback, { is: "refused" }>["reason"], message: string) =>
    ({ is: "refused", reason, message }) as const;
  if (!old) {
    return refused("RollbackPlanMissing", `there is no ReleasePlan ${name} here: correct spec.rollback.planRef`);
  }
  const { phase, digest: actual } = old.status ?? {};
  if (phase !== "Succeeded" && phase !== "Failed" && phase !== "Aborted") {
    const message = `ReleasePlan ${name} is not over: abort it, or wait for its end`;
    return refused("RollbackPlanRunning", message);
  }
  if (digest !== undefined && digest !== actual) {
    const message = `ReleasePlan ${name} has the digest ${actual ?? "of nothing"}, and spec.rollback.digest says ${digest}: look at it again, and make another plan`;
    return refused("RollbackDigest", message);
  }
  if (old.spec.rollback) {
    const message = `ReleasePlan ${name} took releases back itself: bring them again by a plan of their own`;
    return refused("RollbackNothing", message);
  }
  const isEmpty = succeededIn(old).length === 0;
  return isEmpty ? refused("RollbackNothing", `ReleasePlan ${name} released nothing`) : undefined;
}

/** What is taken back, or why nothing can be. */
function takeBackOf(name: string, release: Release | undefined): TakeBack | string {
  const { version, commit, previous, proposal, adopted } = release?.status ?? {};
  if (version === undefined || commit === undefined)
    return `the Release of ${name} is gone, and with it what it released: take it back by hand`;
  if (!previous) return `${version} is its first release, so there is nothing to go back to`;
  const [repository = ""] = name.split("/", 1);
  return {
    ...{ name, repository, version, commit },
    isProposal: proposal !== undefined && adopted === undefined,
    before: { version: previous.version, sha: previous.sha },
  };
}

/** Each of these nodes after those that build on it, also where nodes stand between that are not taken back. */
function reversed(names: readonly string[], graph: readonly Node[]): readonly Node[] {
  const dependents = new Map<string, string[]>();
  for (const { name, dependsOn } of graph) {
    for (const each of dependsOn) dependents.set(each, [...(dependents.get(each) ?? []), name]);
  }
  const chosen = new Set(names);
  return names.map((name) => {
    const seen = new Set<string>([name]);
    const queue = [name];
    for (const at of queue) {
      for (const each of dependents.get(at) ?? []) {
        if (seen.has(each)) continue;
        seen.add(each);
        if (!chosen.has(each)) queue.push(each);
      }
    }
    const above = [...seen].filter((each) => each !== name && chosen.has(each));
    return { name, dependsOn: above.sort(byCodeUnit) };
  });
}

/** The change that takes it back, with its pull request's title and text. Reads the first parent of the released commit. */
export async function takeBackChange(
  { repository, version, commit, isProposal, before }: TakeBack,
  { git, remote, signal }: Pick<Hands, "git" | "remote" | "signal">,
): Promise<{ readonly change: Change; readonly title: string; readonly body: string }> {
  const to = isProposal ? (await git.describe(remote, commit, signal))?.parents[0] : commit;
  if (to === undefined) {
    const message = `${repository} has no commit ${short(commit)} any more, or none before it: take ${version} back by hand`;
    throw new Error(message);
  }
  return {
    change: { revert: { from: before.sha, to } },
    title: `revert: take back ${version}`,
    body: `Takes back what came with ${version}, up to how it was as ${before.version}. What came after ${version} stays, and so do its tag and its release: the next version follows.`,
  };
}
