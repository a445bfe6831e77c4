import type { KubeObject } from "../object.ts";
import type { Behaviour, Conversion } from "../resource/resource.ts";
import { age } from "../table/age.ts";
import { at, name, numberAt, printer, textAt } from "./cells.ts";

/** `events.k8s.io/v1` names for fields of core `v1` events, which is how events are stored. */
const renamed = [
  ["regarding", "involvedObject"],
  ["note", "message"],
  ["reportingController", "reportingComponent"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
] as const;

/** One event in the words of `events.k8s.io/v1`, and back. */
export const eventConversion: Conversion = {
  fromStored: (object) => rename(object, "events.k8s.io/v1", new Map(renamed.map(([to, from]) => [from, to]))),
  toStored: (object) => rename(object, "v1", new Map(renamed.map(([from, to]) => [from, to]))),
};

/** Some fields of events are always there, even when they say nothing. */
export const eventBehaviour: Behaviour = {
  prepare(event) {
    event["eventTime"] ??= null;
    event["reportingInstance"] ??= "";
    event[event.apiVersion === "v1" ? "reportingComponent" : "reportingController"] ??= "";
  },
};

function rename(object: KubeObject, apiVersion: string, names: ReadonlyMap<string, string>): KubeObject {
  const fields = Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value] as const);
  return { ...(Object.fromEntries(fields) as KubeObject), apiVersion };
}

function lastSeen(event: KubeObject, now: Date): string {
  const series = at(event, "series", "lastObservedTime");
  return series !== undefined ? age(series, now) : age(at(event, "lastTimestamp") ?? firstTime(event), now);
}

const firstTime = (event: KubeObject): unknown => at(event, "firstTimestamp") ?? at(event, "eventTime");

function target(event: KubeObject): string {
  const kind = textAt(event, "involvedObject", "kind").toLowerCase();
  const of = textAt(event, "involvedObject", "name");
  return of === "" ? kind : `${kind}/${of}`;
}

function source(event: KubeObject): string {
  const component = textAt(event, "source", "component") || textAt(event, "reportingComponent");
  const host = textAt(event, "source", "host") || textAt(event, "reportingInstance");
  return host === "" ? component : `${component}, ${host}`;
}

export const eventPrinter = printer(
  [
    { name: "Type", type: "string", cell: (event) => textAt(event, "type") },
    { name: "Reason", type: "string", cell: (event) => textAt(event, "reason") },
    { name: "Object", type: "string", cell: target },
    { name: "Subobject", type: "string", wide: true, cell: (event) => textAt(event, "involvedObject", "fieldPath") },
    { name: "Source", type: "string", wide: true, cell: source },
    { name: "Message", type: "string", cell: (event) => textAt(event, "message").trim() },
    { name: "First Seen", type: "string", wide: true, cell: (event, now) => age(firstTime(event), now) },
    {
      name: "Count",
      type: "string",
      wide: true,
      cell: (event) => numberAt(event, "series", "count") || numberAt(event, "count") || 1,
    },
    { ...name, wide: true },
  ],
  [{ name: "Last Seen", type: "string", cell: lastSeen }],
);
