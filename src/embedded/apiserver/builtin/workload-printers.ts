import type { KubeObject } from "../object.ts";
import { age } from "../table/age.ts";
import { ageColumn, at, type CellColumn, listAt, numberAt, printer, textAt } from "./cells.ts";
import { selectorText } from "./selector-text.ts";

const containers = (object: KubeObject, field: string): string =>
  listAt(object, "spec", "template", "spec", "containers")
    .map((each) => textAt(each, field))
    .join(",");

/** The columns of `-o wide` for what runs pods from a template. */
const template: readonly CellColumn[] = [
  { name: "Containers", type: "string", wide: true, cell: (object) => containers(object, "name") },
  { name: "Images", type: "string", wide: true, cell: (object) => containers(object, "image") },
  { name: "Selector", type: "string", wide: true, cell: (object) => selectorText(at(object, "spec", "selector")) },
];

export const deploymentPrinter = printer([
  {
    name: "Ready",
    type: "string",
    cell: (object) => `${numberAt(object, "status", "readyReplicas")}/${numberAt(object, "spec", "replicas")}`,
  },
  { name: "Up-to-date", type: "string", cell: (object) => numberAt(object, "status", "updatedReplicas") },
  { name: "Available", type: "string", cell: (object) => numberAt(object, "status", "availableReplicas") },
  ageColumn,
  ...template,
]);
export const jobPrinter = printer([
  { name: "Status", type: "string", cell: jobStatus },
  { name: "Completions", type: "string", cell: completions },
  { name: "Duration", type: "string", cell: (job, now) => jobDuration(job, now) },
  ageColumn,
  ...template,
]);

function jobStatus(job: KubeObject): string {
  const met = new Set(
    listAt(job, "status", "conditions")
      .filter((each) => textAt(each, "status") === "True")
      .map((each) => textAt(each, "type")),
  );
  if (met.has("Complete")) return "Complete";
  if (met.has("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp) return "Terminating";
  return met.has("Suspended") ? "Suspended" : "Running";
}

function completions(job: KubeObject): string {
  const succeeded = numberAt(job, "status", "succeeded");
  const wanted = at(job, "spec", "completions");
  if (wanted !== undefined) return `${succeeded}/${String(wanted)}`;
  const parallelism = numberAt(job, "spec", "parallelism");
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: KubeObject, now: Date): string {
  const started = at(job, "status", "startTime");
  const completed = at(job, "status", "completionTime");
  if (started === undefined) return "";
  return age(started, completed === undefined ? now : new Date(String(completed)));
}
