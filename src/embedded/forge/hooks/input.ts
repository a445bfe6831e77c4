import type { Fields } from "../http/field.ts";
import { invalid } from "../http/problem.ts";
import type { HookConfig } from "./hook.ts";

/** The events that a repository's hook can ask for, as far as this forge has them, and `*`. */
const known = new Set([
  ..."* ping push create delete repository merge_group pull_request pull_request_review pull_request_review_comment".split(
    " ",
  ),
  ..."issue_comment issues label check_run check_suite status release branch_protection_rule fork watch star".split(
    " ",
  ),
  ..."member public deployment deployment_status workflow_run workflow_job workflow_dispatch meta milestone".split(" "),
  ..."commit_comment gollum package page_build registry_package team_add discussion discussion_comment".split(" "),
]);

/** The events in a request's body; undefined where it names none. */
export function eventsIn(input: Fields, name: string): readonly string[] | undefined {
  const events = input.optionalTexts(name);
  const unknown = events?.find((event) => !known.has(event));
  if (unknown !== undefined) throw invalid({ resource: "Hook", field: "events", code: "invalid", value: unknown });
  return events && [...new Set(events)];
}

/** A hook's configuration from a request's body; what it leaves out is taken from `before`. */
export function configIn(input: Fields, before: Partial<HookConfig> = {}): HookConfig {
  const url = input.optionalText("url") ?? before.url;
  if (url === undefined || url === "") throw invalid({ resource: "Hook", field: "url", code: "missing_field" });
  if (!/^https?:\/\/[^\s]+$/i.test(url) || !URL.canParse(url)) {
    throw invalid({ resource: "Hook", field: "url", code: "custom", message: `url must be http or https, not ${url}` });
  }
  const secret = secretIn(input, before.secret);
  return {
    url,
    contentType: input.optionalWord("content_type", ["json", "form"]) ?? before.contentType ?? "form",
    insecureTls: flag(input.all["insecure_ssl"]) ?? before.insecureTls ?? false,
    ...(secret === undefined ? {} : { secret }),
  };
}

/** An empty secret takes the old one away. Stars are what the API shows of a secret, so they change nothing. */
function secretIn(input: Fields, before: string | undefined): string | undefined {
  const secret = input.optionalText("secret");
  if (secret === undefined || secret === "********") return before;
  return secret === "" ? undefined : secret;
}

function flag(value: unknown): boolean | undefined {
  return value === undefined || value === null ? undefined : value === 1 || value === "1" || value === true;
}
