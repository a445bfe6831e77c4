import type { MergeRule } from "../../schema/merge-rule.ts";
import type { Check } from "../forge-port.ts";

/** Checks of a commit, as far as a merge rule looks at them. Names are sorted. */
export interface Tally {
  readonly total: number;
  readonly passed: number;
  readonly failing: readonly string[];
  readonly pending: readonly string[];
}

/** Counts all checks that are there, and those that the rule asks for, which are pending where they are not. */
export function tallyOf(checks: readonly Check[], rule: Pick<MergeRule, "checks">): Tally {
  const there = new Set(checks.map(({ name }) => name));
  const awaited = (rule.checks ?? []).filter((name) => !there.has(name));
  const named = (state: Check["state"]) => checks.filter((check) => check.state === state).map(({ name }) => name);
  const failing = [...new Set(named("Failed"))].sort();
  const pending = [...new Set([...named("Pending"), ...awaited])].sort();
  return { total: checks.length + awaited.length, passed: named("Passed").length, failing, pending };
}

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
