import { badRequest } from "../http/status.ts";
import { isRecord, type KubeObject } from "../object.ts";
import type { Served } from "../resource/resource.ts";
import { type Entry, parseEntry } from "../store/entry.ts";

/** Decides on a stored object. `name` is set when the selector allows for one name only. */
export interface FieldSelector {
  readonly name: string | undefined;
  matches(entry: Entry): boolean;
}

interface Term {
  readonly path: string;
  readonly negated: boolean;
  readonly value: string;
}

/** Fields that only some built-in kinds can be selected by, besides `metadata.name` and `metadata.namespace`. */
const special: Readonly<Record<string, readonly string[]>> = {
  secrets: ["type"],
  namespaces: ["status.phase"],
  pods: ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase"],
  "jobs.batch": ["status.successful"],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
};

/** Events are stored in the words of the core group; these are the other group's words for the same fields. */
const regarding = /^regarding\./;

/**
 * Parses `metadata.name=a,spec.forge!=b`. Undefined when it selects everything.
 * Throws 400 for a field that the resource cannot be selected by.
 */
export function parseFieldSelector(text: string | null, { resource, version }: Served): FieldSelector | undefined {
  if (text === null || text.trim() === "") return undefined;
  const terms = text
    .split(",")
    .filter((each) => each.trim() !== "")
    .map(termOf);
  const known = new Set(["metadata.name", ...(resource.namespaced ? ["metadata.namespace"] : [])]);
  for (const each of special[resource.id] ?? []) known.add(each);
  for (const each of version.selectable) known.add(each.replace(/^\./, ""));
  for (const { path } of terms) {
    if (!known.has(path)) throw badRequest(`field label not supported: ${path}`);
  }
  const named = terms.find((term) => term.path === "metadata.name" && !term.negated);
  return { name: named?.value, matches: (entry) => matchesAll(entry, terms) };
}

function termOf(text: string): Term {
  const match = /^(?<path>[^=!]+?)(?<operator>==|!=|=)(?<value>.*)$/.exec(text.trim());
  if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
  const { path, operator, value } = match.groups!;
  const unescaped = value!.replace(/\\([\\,=])/g, "$1");
  return { path: path!.trim().replace(regarding, "involvedObject."), negated: operator === "!=", value: unescaped };
}

function matchesAll(entry: Entry, terms: readonly Term[]): boolean {
  let object: KubeObject | undefined;
  return terms.every(({ path, negated, value }) => {
    if (path === "metadata.name") return (entry.name === value) !== negated;
    if (path === "metadata.namespace") return (entry.namespace === value) !== negated;
    object ??= parseEntry(entry);
    return (fieldText(object, path) === value) !== negated;
  });
}

/** The value at a path as field selectors compare it: absent is the empty text. */
function fieldText(object: KubeObject, path: string): string {
  if (path === "source") return sourceOf(object);
  let value: unknown = object;
  for (const key of path.split(".")) value = isRecord(value) ? value[key] : undefined;
  if (value === undefined || value === null) return path === "status.successful" ? "0" : "";
  return String(value);
}

function sourceOf(event: KubeObject): string {
  const source = event["source"];
  const component = isRecord(source) ? source["component"] : undefined;
  return String(component ?? event["reportingComponent"] ?? "");
}
