import type { MergeRule } from "../../schema/merge-rule.ts";
import type { Check } from "../forge-port.ts";

/** Checks of a commit, as far as a merge rule looks at them. Names are sorted. */
export interface Tally {
  readonly total: number;
  readonly passed: number;
  readonly failing: readonly string[];
  readonly pending: readonly string[];
}

/** Names that the rule asks for, and under which nothing is there. */
export const awaitedBy = (checks: readonly Check[], rule: Pick<MergeRule, "checks">): readonly string[] =>
  (rule.checks ?? []).filter((name) => !checks.some((check) => check.name === name));

/** Counts all checks that are there, and those that the rule asks for, which are pending where they are not. */
export function tallyOf(checks: readonly Check[], rule: Pick<MergeRule, "checks">): Tally {
  const awaited = awaitedBy(checks, rule);
  const named = (state: Check["state"]) => checks.filter((check) => check.state === state).map(({ name }) => name);
  const failing = [...new Set(named("Failed"))].sort();
  const pending = [...new Set([...named("Pending"), ...awaited])].sort();
  return { total: checks.length + awaited.length, passed: named("Passed").length, failing, pending };
}

/** Whether any check has reported at all. */
export const haveStarted = (checks: readonly Check[]): boolean => checks.some(({ missing }) => !missing);

/** Whether all that is missing is what the forge itself insists on. */
export const forgeHolds = (checks: readonly Check[], rule: Pick<MergeRule, "checks">): boolean =>
  awaitedBy(checks, rule).length === 0 &&
  checks.some(({ required }) => required) &&
  checks.every(({ state, required }) => state === "Passed" || (state === "Pending" && required));

/** `2 of 3 checks passed`. */
export function tallyText({ total, passed, failing }: Tally): string {
  if (total === 0) return "no checks";
  const counted = `${passed} of ${total} ${total === 1 ? "check" : "checks"} passed`;
  return failing.length === 0 ? counted : `${counted}, ${listed(failing)} failed`;
}

/** A few names, and how many more. */
export function listed(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}
