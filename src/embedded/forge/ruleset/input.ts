import type { Fields } from "../http/field.ts";
import { unprocessable } from "../http/problem.ts";
import { type Rule, type Ruleset, ruleTypes } from "./record.ts";

type Said = Pick<Ruleset, "name" | "enforcement" | "include" | "exclude" | "rules">;

/** A ruleset before anything is known of it. */
export const blankRuleset: Said = { name: "", enforcement: "active", include: [], exclude: [], rules: [] };

/** Reads a ruleset for branches; what is left out stays as before. */
export function rulesetIn(input: Fields, before: Said): Said {
  const target = input.optionalText("target") ?? "branch";
  if (target !== "branch")
    throw unprocessable(`Invalid request.\n\nThis forge has rulesets for branches, not for a ${target}.`);
  const name = input.optionalText("name") ?? before.name;
  if (name.trim() === "") throw unprocessable(`Invalid request.\n\n"name" wasn't supplied.`);
  const refs = input.optionalObject("conditions")?.optionalObject("ref_name");
  return {
    name,
    enforcement: input.optionalWord("enforcement", ["active", "disabled", "evaluate"]) ?? before.enforcement,
    include: refs?.optionalTexts("include") ?? before.include,
    exclude: refs?.optionalTexts("exclude") ?? before.exclude,
    rules: input.optionalList("rules")?.map(ruleIn) ?? before.rules,
  };
}

function ruleIn(value: unknown): Rule {
  const { type, parameters } = (value ?? {}) as { readonly type?: unknown; readonly parameters?: unknown };
  const known = ruleTypes.find((each) => each === type);
  if (!known) throw unprocessable(`Invalid rules: ${String(type)} is none of ${ruleTypes.join(", ")}.`);
  const given = (parameters ?? {}) as Readonly<Record<string, unknown>>;
  if (known === "pull_request") return { type: known, parameters: pullRequestIn(given) };
  if (known === "required_status_checks") return { type: known, parameters: checksIn(given) };
  if (known === "merge_queue") return { type: known, parameters: queueIn(given) };
  return { type: known };
}

/** This forge's queues take one pull request at a time, whatever is said of groups. */
function queueIn(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const method = given["merge_method"] ?? "MERGE";
  if (!["MERGE", "SQUASH", "REBASE"].includes(String(method)))
    throw unprocessable("Invalid rules: merge_method must be MERGE, SQUASH or REBASE.");
  return {
    ...{ check_response_timeout_minutes: 60, grouping_strategy: "ALLGREEN", merge_method: method },
    ...{ max_entries_to_build: 1, max_entries_to_merge: 1 },
    ...{ min_entries_to_merge: 1, min_entries_to_merge_wait_minutes: 0 },
  };
}

function pullRequestIn(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const count = given["required_approving_review_count"];
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count > 10) {
    throw unprocessable("Invalid rules: required_approving_review_count must be from 0 to 10.");
  }
  const flag = (name: string): boolean => given[name] === true;
  return {
    required_approving_review_count: count,
    dismiss_stale_reviews_on_push: flag("dismiss_stale_reviews_on_push"),
    require_code_owner_review: flag("require_code_owner_review"),
    require_last_push_approval: flag("require_last_push_approval"),
    required_review_thread_resolution: flag("required_review_thread_resolution"),
  };
}

function checksIn(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const list = given["required_status_checks"];
  if (!Array.isArray(list) || list.length === 0) {
    throw unprocessable("Invalid rules: required_status_checks must name at least one check.");
  }
  const checks = (list as readonly { readonly context?: unknown; readonly integration_id?: unknown }[]).map((each) => {
    if (typeof each?.context !== "string") throw unprocessable("Invalid rules: a required check has a context.");
    const { context, integration_id: id } = each;
    return typeof id === "number" ? { context, integration_id: id } : { context };
  });
  return {
    strict_required_status_checks_policy: given["strict_required_status_checks_policy"] === true,
    do_not_enforce_on_create: given["do_not_enforce_on_create"] === true,
    required_status_checks: checks,
  };
}
