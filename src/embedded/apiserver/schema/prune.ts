import { isObject, type JsonObject } from "./json.ts";
import { pruneMetadata } from "./object-meta.ts";
import type { Structural } from "./structural.ts";

/** Fields of every resource, whose metadata has a type of its own. */
const metaFields: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/**
 * Removes from the resource, in place, what its schema does not know.
 * Returns the paths of what it removed, sorted, as the API server names them: `spec.foo`, `spec.edges[0].foo`.
 */
export function prune(structural: Structural, object: object): string[] {
  const unknown: string[] = [];
  pruneObject(object as JsonObject, { ...structural, embedded: true }, { path: "", unknown });
  return unknown.sort();
}

interface Walk {
  readonly path: string;
  /** Collects what was removed. */
  readonly unknown: string[];
}

const under = ({ path, unknown }: Walk, key: string): Walk => ({ path: path === "" ? key : `${path}.${key}`, unknown });
const at = ({ path, unknown }: Walk, index: number): Walk => ({ path: `${path}[${index}]`, unknown });

/** Without a schema every field is unknown: that is what `additionalProperties: true` and missing `items` mean here. */
function pruneValue(value: unknown, structural: Structural | undefined, walk: Walk): void {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      if (typeof each !== "object") continue;
      const place = at(walk, index);
      if (structural?.preserve) pruneKept(each, structural.items, place);
      else pruneValue(each, structural?.items, place);
    }
  } else if (isObject(value)) {
    pruneObject(value, structural, walk);
  }
}

/** Inside a list that keeps unknown fields, items keep theirs. */
function pruneKept(value: unknown, structural: Structural | undefined, walk: Walk): void {
  if (structural === undefined) return;
  pruneValue(value, structural.preserve ? structural : { ...structural, preserve: true }, walk);
}

function pruneObject(object: JsonObject, structural: Structural | undefined, walk: Walk): void {
  for (const key of Object.keys(object)) {
    if (structural?.embedded && metaFields.has(key)) pruneMeta(object[key], key, walk);
    else pruneMember(object, key, { structural, walk });
  }
}

function pruneMeta(value: unknown, key: string, walk: Walk): void {
  if (key === "metadata" && isObject(value)) walk.unknown.push(...pruneMetadata(value, under(walk, key).path));
}

function pruneMember(object: JsonObject, key: string, at: { structural: Structural | undefined; walk: Walk }): void {
  const { structural, walk } = at;
  const child = structural && (structural.properties.get(key) ?? structural.additional);
  if (child !== undefined) {
    if (child !== true && typeof object[key] === "object") pruneValue(object[key], child, under(walk, key));
  } else if (!structural?.preserve) {
    walk.unknown.push(under(walk, key).path);
    delete object[key];
  }
}
