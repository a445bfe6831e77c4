import { createHash } from "node:crypto";
import { byCodeUnit, type Digraph, type Node, neighbours } from "../digraph.ts";
import { layOut, type Place } from "../graph.ts";
import { depthsOf, type Marks, marked, pathTo, reached } from "./reach.ts";

/** What happens after a failure, besides that what depends on it is skipped. */
export interface FailurePolicy {
  /** `Halt` starts nothing more; `SkipDependents` does so from `maxFailures` on; `Continue` never does. */
  readonly onFailure: "SkipDependents" | "Halt" | "Continue";
  readonly maxFailures: number;
}

export interface Policy extends FailurePolicy {
  /** Most repositories under way at once. */
  readonly maxParallel: number;
  /** What to do about a repository between two of the plan that is not in it itself. */
  readonly stale: "BumpIn" | "Refuse";
}

/** A repository that shall be released; `version` is as the plan asks for it, and part of the plan's identity. */
export interface Wanted {
  readonly name: string;
  readonly version: string;
}

/** A repository of a plan. */
export interface Step {
  readonly name: string;
  /** Undefined for one that is only in the plan since it stands between others. */
  readonly version: string | undefined;
  /** What of the plan it waits for, sorted. */
  readonly after: readonly string[];
  /** Repositories of the plan on the longest chain from here on, itself included. The greater, the more urgent. */
  readonly depth: number;
}

export interface Plan {
  readonly is: "plan";
  /** Sorted by name. */
  readonly steps: readonly Step[];
  readonly policy: Policy;
  /** Names outside of the plan: those that build on something in it, and those that do not. */
  readonly notInPlan: readonly string[];
  readonly unaffected: readonly string[];
  /** SHA-256, in hex, of graph, versions and policy, as far as they matter: the same input, in any order, the same digest. */
  readonly digest: string;
}

export type Planned =
  | Plan
  | {
      readonly is: "refused";
      readonly reason: "Unknown" | "NoPlace" | "StaleMiddle" | "Empty";
      readonly message: string;
    };

/** Plans the release of these repositories over the graph of all. Total: what cannot be planned is refused, by name and path. */
export function planOf(nodes: readonly Node[], wanted: readonly Wanted[], policy: Policy): Planned {
  const { digraph, place } = layOut(nodes);
  const versions = new Map(wanted.map(({ name, version }) => [name, version]));
  const refusal = refusalOf([...versions.keys()].sort(byCodeUnit), place);
  if (refusal) return refusal;
  const asked = marked(
    [...versions.keys()].map((name) => digraph.indexOf.get(name)!),
    digraph,
  );
  const above = reached(asked, digraph.dependents);
  const below = reached(asked, digraph.dependencies);
  const chosen = asked.map((is, node) => is | (above[node]! & below[node]!));
  const between = chosen.findIndex((is, node) => is > asked[node]!);
  if (between >= 0 && policy.stale === "Refuse") return stale(between, asked, digraph);
  const steps = stepsOf(chosen, digraph, versions);
  return {
    is: "plan",
    steps,
    policy,
    notInPlan: digraph.names.filter((_, node) => above[node] && !chosen[node]),
    unaffected: digraph.names.filter((_, node) => !above[node] && !chosen[node]),
    digest: digestOf(steps, policy),
  };
}

function refusalOf(names: readonly string[], place: (name: string) => Place | undefined): Planned | undefined {
  if (names.length === 0) return { is: "refused", reason: "Empty", message: "nothing is to be released" };
  for (const name of names) {
    const found = place(name);
    if (!found) return { is: "refused", reason: "Unknown", message: `there is no repository ${name} in the graph` };
    if (found.is === "placed") continue;
    const why =
      found.is === "missing"
        ? `depends on ${found.names.join(", ")}, which is not there`
        : `${found.path.join(" -> ")}`;
    return { is: "refused", reason: "NoPlace", message: `${name} has no place in the graph: ${why}` };
  }
  return undefined;
}

/** Names one way through the repository that is left out. */
function stale(node: number, asked: Marks, { names, dependencies, dependents }: Digraph): Planned {
  const down = pathTo(node, asked, dependencies).map((each) => names[each]!);
  const up = pathTo(node, asked, dependents).map((each) => names[each]!);
  const path = [...down.toReversed(), ...up.slice(1)].join(" -> ");
  const name = names[node]!;
  const message = `${name} stands between repositories of the plan and is not in it (${path}): add it, or let spec.policy.stale be BumpIn`;
  return { is: "refused", reason: "StaleMiddle", message };
}

function stepsOf(
  chosen: Marks,
  { names, dependencies, dependents }: Digraph,
  versions: ReadonlyMap<string, string>,
): readonly Step[] {
  const depths = depthsOf(chosen, dependencies, dependents);
  const steps: Step[] = [];
  for (const [node, name] of names.entries()) {
    if (!chosen[node]) continue;
    const after: string[] = [];
    for (const each of neighbours(dependencies, node)) if (chosen[each]) after.push(names[each]!);
    steps.push({ name, version: versions.get(name), after, depth: depths[node]! });
  }
  return steps;
}

function digestOf(steps: readonly Step[], { onFailure, maxFailures, maxParallel, stale }: Policy): string {
  const graph = steps.map(({ name, version, after }) => [name, version ?? null, after]);
  const text = JSON.stringify(["v1", graph, [onFailure, maxFailures, maxParallel, stale]]);
  return createHash("sha256").update(text).digest("hex");
}
