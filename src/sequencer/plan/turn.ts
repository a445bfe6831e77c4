import type { Plan, Step } from "./plan.ts";

/** How far a repository of a plan has come, as it is known. What is not told about has not begun. */
export type Progress =
  /** `doing` is told as it is: `bump #41`, `release #42`, `verification`. */
  | { readonly is: "running"; readonly doing: string }
  | { readonly is: "succeeded"; readonly version: string }
  /** Nothing had to be released: what builds on it goes on. */
  | { readonly is: "unchanged" }
  | { readonly is: "failed"; readonly reason: string };

/** Why something that could begin does not: an approval, a freeze, a soak. By repository, or for all. */
export type Hold = (name: string) => string | undefined;

/** Where each repository of a plan stands, and why. */
export type Standing =
  | { readonly is: "WaitingFor"; readonly names: readonly string[] }
  /** It may begin now, or has to wait for a place among those under way. */
  | { readonly is: "Ready"; readonly begins: boolean }
  | { readonly is: "Running"; readonly doing: string }
  | { readonly is: "Succeeded"; readonly version: string }
  | { readonly is: "Unchanged" }
  | { readonly is: "Failed"; readonly reason: string }
  /** Not to be, because of a failure below it, or of the failures of the plan. `because` names what failed. */
  | { readonly is: "Skipped"; readonly because: string; readonly halted: boolean }
  | { readonly is: "Held"; readonly why: string };

/** What to do with a plan now. */
export interface Turn {
  /** By name, sorted. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** What begins now, the most urgent first. */
  readonly begin: readonly string[];
  /** Undefined while something is under way or may still begin. */
  readonly ending: "Succeeded" | "Failed" | undefined;
}

/**
 * What may begin, what waits and what is not to be. Pure and total. Nothing begins before everything that it is after has
 * succeeded or is unchanged; a failure stops what depends on it, and by the policy more. O(steps + edges), and sorting.
 */
export function turnOf(plan: Plan, progress: ReadonlyMap<string, Progress>, hold: Hold = () => undefined): Turn {
  const { steps, policy } = plan;
  const failed = steps.filter(({ name }) => progress.get(name)?.is === "failed").map(({ name }) => name);
  const halt = isHalted(plan, failed.length) ? failed[0] : undefined;
  const doomed = doomedBy(steps, progress);
  const standings = new Map<string, Standing>();
  for (const step of steps) standings.set(step.name, standingOf(step, { progress, doomed, halt, hold }));

  const running = [...standings.values()].filter((each) => each.is === "Running").length;
  const begin = steps
    .filter(({ name }) => standings.get(name)!.is === "Ready")
    // The longest chain first: it decides when the plan is over.
    .sort((a, b) => b.depth - a.depth || (a.name < b.name ? -1 : 1))
    .slice(0, Math.max(0, policy.maxParallel - running))
    .map(({ name }) => name);
  for (const name of begin) standings.set(name, { is: "Ready", begins: true });
  return { standings, begin, ending: endingOf([...standings.values()]) };
}

function isHalted({ policy: { onFailure, maxFailures } }: Plan, failures: number): boolean {
  if (failures === 0 || onFailure === "Continue") return false;
  return onFailure === "Halt" || failures > maxFailures;
}

interface Facts {
  readonly progress: ReadonlyMap<string, Progress>;
  readonly doomed: ReadonlyMap<string, string>;
  readonly halt: string | undefined;
  readonly hold: Hold;
}

function standingOf({ name, after }: Step, { progress, doomed, halt, hold }: Facts): Standing {
  const known = progress.get(name);
  if (known) return toldOf(known);
  const because = doomed.get(name);
  if (because !== undefined) return { is: "Skipped", because, halted: false };
  if (halt !== undefined) return { is: "Skipped", because: halt, halted: true };
  const names = after.filter((each) => !isDone(progress.get(each)));
  if (names.length > 0) return { is: "WaitingFor", names };
  const why = hold(name);
  return why === undefined ? { is: "Ready", begins: false } : { is: "Held", why };
}

function toldOf(known: Progress): Standing {
  switch (known.is) {
    case "running":
      return { is: "Running", doing: known.doing };
    case "succeeded":
      return { is: "Succeeded", version: known.version };
    case "unchanged":
      return { is: "Unchanged" };
    case "failed":
      return { is: "Failed", reason: known.reason };
  }
}

const isDone = (known: Progress | undefined): boolean => known?.is === "succeeded" || known?.is === "unchanged";

/** What depends on a failure, by the failure that it depends on, the first of several by name of the way there. */
function doomedBy(steps: readonly Step[], progress: ReadonlyMap<string, Progress>): ReadonlyMap<string, string> {
  const doomed = new Map<string, string>();
  const causeOf = (name: string): string | undefined => (progress.get(name)?.is === "failed" ? name : doomed.get(name));
  // What a step is after has a longer chain ahead of it, so it comes first here.
  for (const { name, after } of steps.toSorted((a, b) => b.depth - a.depth)) {
    const cause = after.map(causeOf).find((each) => each !== undefined);
    if (cause !== undefined) doomed.set(name, cause);
  }
  return doomed;
}

function endingOf(standings: readonly Standing[]): Turn["ending"] {
  const isOpen = standings.some(({ is }) => is === "WaitingFor" || is === "Ready" || is === "Running" || is === "Held");
  if (isOpen) return undefined;
  return standings.some(({ is }) => is === "Failed" || is === "Skipped") ? "Failed" : "Succeeded";
}
