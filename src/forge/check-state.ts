import type { Check } from "../reconcilers/forge-port.ts";

/** The parts of a check run that are used. */
export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly app: { readonly id: number } | null;
}

/** A commit status: the older way, by context. */
export interface CommitStatus {
  readonly context: string;
  readonly state: string;
}

/** A check that must have passed before a merge; `appId` where it counts from one App alone. */
export interface RequiredCheck {
  readonly name: string;
  readonly appId: number | undefined;
}

/** Everything but these is final and bad: failure, cancelled, timed_out, action_required, stale, startup_failure. */
const passed = new Set(["success", "neutral", "skipped"]);

const stateOfRun = ({ status, conclusion }: CheckRun): Check["state"] =>
  status !== "completed" ? "Pending" : passed.has(conclusion ?? "") ? "Passed" : "Failed";

const stateOfStatus = ({ state }: CommitStatus): Check["state"] =>
  state === "success" ? "Passed" : state === "pending" ? "Pending" : "Failed";

/**
 * All checks of a commit by name: the newest run of each App, the newest status of each context, and what is
 * required and has not begun. Where one name comes from several sources, all of them are there.
 */
export function checksOf(
  runs: readonly CheckRun[],
  statuses: readonly CommitStatus[],
  required: readonly RequiredCheck[],
): readonly Check[] {
  const newest = new Map<string, CheckRun>();
  for (const run of runs) {
    const key = `${run.app?.id ?? ""} ${run.name}`;
    if ((newest.get(key)?.id ?? -1) < run.id) newest.set(key, run);
  }
  const isRequired = (name: string, appId: number | undefined): boolean =>
    required.some((each) => each.name === name && (each.appId === undefined || each.appId === appId));
  const begun = [
    ...[...newest.values()].map((run) => ({
      name: run.name,
      state: stateOfRun(run),
      required: isRequired(run.name, run.app?.id),
    })),
    ...statuses.map((status) => ({
      name: status.context,
      state: stateOfStatus(status),
      required: isRequired(status.context, undefined),
    })),
  ];
  const missing = required
    .filter(({ name }) => !begun.some((check) => check.name === name && check.required))
    .map(({ name }) => ({ name, state: "Pending" as const, required: true, missing: true as const }));
  const unique = new Map(missing.map((check) => [check.name, check]));
  return [...begun, ...unique.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
