import type { Fields } from "../http/field.ts";
import { invalid } from "../http/problem.ts";
import { type CheckRun, checkStatuses, conclusions } from "./record.ts";

/** A moment in a body, to the second; 422 where it is none. */
export function optionalDate(input: Fields, name: string): string | undefined {
  const text = input.optionalText(name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\d/.test(text)) {
    throw invalid({ resource: input.resource, field: name, code: "invalid", value: text });
  }
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

type Said = Pick<
  CheckRun,
  "status" | "conclusion" | "startedAt" | "completedAt" | "detailsUrl" | "externalId" | "output"
>;

/** What a report says of a run. It stays as `before` said where it is silent; a conclusion completes the run. */
export function runIn(input: Fields, before: Said, now: string): Said {
  const said = input.optionalWord("conclusion", conclusions);
  const status = said === undefined ? (input.optionalWord("status", checkStatuses) ?? before.status) : "completed";
  const conclusion = status === "completed" ? (said ?? before.conclusion) : null;
  if (status === "completed" && conclusion === null) {
    throw invalid({ resource: "CheckRun", field: "conclusion", code: "missing_field" });
  }
  return {
    status,
    conclusion,
    startedAt: optionalDate(input, "started_at") ?? before.startedAt ?? now,
    completedAt: status === "completed" ? (optionalDate(input, "completed_at") ?? before.completedAt ?? now) : null,
    detailsUrl: input.optionalText("details_url") ?? before.detailsUrl,
    externalId: input.optionalText("external_id") ?? before.externalId,
    output: outputIn(input.optionalObject("output"), before.output),
  };
}

/** A run of which nothing was said yet. */
export const unsaid: Said = {
  ...{ status: "queued", conclusion: null, startedAt: null, completedAt: null, detailsUrl: null, externalId: "" },
  output: { title: null, summary: null, text: null },
};

function outputIn(output: Fields | undefined, before: CheckRun["output"]): CheckRun["output"] {
  if (!output) return before;
  return {
    title: output.optionalText("title") ?? before.title,
    summary: output.optionalText("summary") ?? before.summary,
    text: output.optionalText("text") ?? before.text,
  };
}
