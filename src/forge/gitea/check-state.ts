import type { Check } from "../../reconcilers/forge-port.ts";
import { globOf } from "./glob.ts";

/** A commit status, which is what Gitea's Actions report as well. */
export interface GiteaStatus {
  readonly context: string;
  readonly status: string;
}

/** What a branch requires of a pull request before it is merged. */
export interface Required {
  /** Whether it requires statuses. */
  readonly enabled: boolean;
  /** Patterns of contexts. With none of them, every status is required, and at least one. */
  readonly patterns: readonly string[];
  readonly approvals: number;
}

/** Everything but these is final and bad: failure, error, and warning, with which Gitea does not merge either. */
const states: Readonly<Record<string, Check["state"]>> = {
  pending: "Pending",
  success: "Passed",
  skipped: "Passed",
};

/** Stands for the first status of a commit, whatever its name, where any is required and none is there. */
export const anyCheck = "(any status)";

/** All checks of a commit by name, and what is required and has not begun. Each context is there once: Gitea gives the newest. */
export function checksOf(
  statuses: readonly GiteaStatus[],
  { enabled, patterns }: Pick<Required, "enabled" | "patterns">,
): readonly Check[] {
  const globs = patterns.flatMap((pattern) => {
    const fits = globOf(pattern);
    return fits ? [{ pattern, fits }] : [];
  });
  const isAnyRequired = enabled && patterns.length === 0;
  const isRequired = (name: string): boolean => isAnyRequired || (enabled && globs.some(({ fits }) => fits(name)));
  const begun = statuses.map(({ context, status }) => ({
    name: context,
    state: states[status] ?? "Failed",
    required: isRequired(context),
  }));
  const unmet = globs.filter(({ fits }) => !begun.some(({ name }) => fits(name))).map(({ pattern }) => pattern);
  // Where none of the patterns can be understood, Gitea waits for ever.
  const missing = enabled ? (globs.length === 0 ? [...patterns] : unmet) : [];
  if (isAnyRequired && begun.length === 0) missing.push(anyCheck);
  const waiting = [...new Set(missing)].map((name) => ({
    name,
    state: "Pending" as const,
    required: true,
    missing: true,
  }));
  return [...begun, ...waiting].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
