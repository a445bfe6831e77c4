import { equal, get, isObject, type JsonObject } from "../schema/json.ts";
import type { Structural } from "../schema/structural.ts";
import { fieldsOf, withNamedFields } from "./collect.ts";
import { compare } from "./compare.ts";
import type { ApplyConflict } from "./conflict.ts";
import { difference, type FieldSet, intersection, isEmpty, pathsOf, union, without } from "./field-set.ts";
import { type FieldType, resourceType } from "./field-type.ts";
import { lastAppliedFields, withLastApplied } from "./last-applied.ts";
import {
  entriesOf,
  fieldsOfEntry,
  identityOf,
  type ManagedFieldsEntry,
  type Managers,
  managersOf,
} from "./managers.ts";
import { mergeApplied, removeFields } from "./merge.ts";
import { pathText } from "./path-element.ts";
import { metadataOf, trackUpdate, unmanaged } from "./track.ts";
import { type Clash, clashes, ignoring, resetBy, takeFromOthers } from "./update.ts";

export type { ApplyConflict } from "./conflict.ts";

export interface ServerSideApply {
  /** Undefined when nothing of that name exists yet. */
  readonly live: object | undefined;
  readonly applied: object;
  readonly manager: string;
  /** Takes fields over from their owners instead of reporting conflicts. */
  readonly force: boolean;
  readonly subresource: string | undefined;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  readonly structural: Structural | undefined;
  /** Top-level fields that this endpoint resets; by default those of `/status`, if it is that. */
  readonly reset?: readonly string[];
}

export type Applied = { readonly object: object } | { readonly conflicts: ApplyConflict[] };

/** The manager whose client-side applies become server-side applies without conflicts. */
const kubectl = "kubectl";

/**
 * Applies a configuration: the applier owns what it says, what it said before and does not say any more goes away
 * unless somebody else owns it too, and what others own with another value is a conflict, or taken over by force.
 * The object comes back with its `managedFields`; it equals the live one when nothing changed.
 */
export function applyServerSide(input: ServerSideApply): Applied {
  const { live, applied, manager, structural } = input;
  const type = resourceType(structural);
  const turn = prepare(input, type);
  const found = clashes(turn.managers, turn.self, turn.changes);
  if (found.length > 0 && !input.force) {
    const hidden = manager === kubectl && live ? lastAppliedFields(type, live, turn.apiVersion) : {};
    const conflicts = conflictsOf(found, hidden);
    if (conflicts.length > 0) return { conflicts };
  }
  const managers = takeFromOthers(turn.managers, turn.self, turn.changes);
  const changed = live === undefined || !equal(turn.before, turn.after);
  const previous = turn.known.get(turn.self);
  // Who owns along without changing anything has no time, as on the real server.
  const time = changed ? input.now : previous?.time;
  const { time: _, ...entry } = turn.entry;
  managers.set(turn.self, { ...entry, ...(time !== undefined && { time }) });
  const after = manager === kubectl ? withLastApplied(turn.after, applied) : turn.after;
  return { object: managed(after, entriesOf(managers)) };
}

interface Turn {
  readonly apiVersion: string;
  readonly self: string;
  readonly known: Managers;
  /** With the applier's new entry in it. */
  readonly managers: Managers;
  readonly entry: ManagedFieldsEntry;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly changes: ReturnType<typeof compare>;
}

function prepare(input: ServerSideApply, type: FieldType): Turn {
  const { live, applied, manager, subresource, now } = input;
  const configuration = applied as JsonObject;
  const apiVersion = String(get(configuration, "apiVersion") ?? "");
  const known = knownManagers(input, apiVersion);
  const reset = resetBy(subresource, input.reset);
  const before = live === undefined ? typeMeta(configuration) : unmanaged(live);
  const fieldsV1 = without(fieldsOf(type, configuration), reset);
  const identity = {
    manager: manager || "unknown",
    operation: "Apply",
    apiVersion,
    ...(subresource && { subresource }),
  } as const;
  const entry: ManagedFieldsEntry = { ...identity, time: now, fieldsType: "FieldsV1", fieldsV1 };
  const self = identityOf(entry);
  const managers = new Map([...known, [self, entry]]);
  const merged = mergeApplied(type, before, configuration) as JsonObject;
  const last = known.get(self);
  // Whoever says all that was said before has nothing to remove, and that is what most applies do.
  const less = last !== undefined && !isEmpty(difference(fieldsOfEntry(last), fieldsV1));
  const after = less ? pruned(type, merged, fieldsOfEntry(last), managers) : withoutNulls(merged);
  const changes = ignoring(compare(type, before, after), reset);
  return { apiVersion, self, known, managers, entry, before, after, changes };
}

const typeMeta = (object: JsonObject): JsonObject => ({ apiVersion: object["apiVersion"], kind: object["kind"] });

/** The live owners. Fields of an object that nobody tracked belong to whoever wrote them before this first apply. */
function knownManagers({ live, subresource, structural, now, reset }: ServerSideApply, apiVersion: string): Managers {
  if (live === undefined) return new Map();
  const known = managersOf(metadataOf(live)["managedFields"]) ?? new Map<string, ManagedFieldsEntry>();
  if (known.size > 0) return known;
  const first = { before: undefined, after: unmanaged(live), manager: "before-first-apply", apiVersion };
  return managersOf(trackUpdate({ ...first, subresource, now, structural, ...(reset && { reset }) })) ?? known;
}

/** The merged object without what only the applier owned, by its last configuration, and does not apply any more. */
function pruned(type: FieldType, merged: JsonObject, last: FieldSet, managers: Managers): JsonObject {
  if (isEmpty(last)) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(type, set);
  const fields = (object: unknown): FieldSet => named(fieldsOf(type, (object ?? {}) as JsonObject));
  const all = fields(merged);
  const owned = [...managers.values()].reduce<FieldSet>((sum, entry) => union(sum, fieldsOfEntry(entry)), {});
  // What stays: all that is not below a path of the last configuration, and all that somebody owns now.
  const rest = removeFields(type, merged, named(last));
  const kept = removeFields(type, merged, difference(all, union(fields(rest), named(owned))));
  // Of what does not stay, only what the last configuration said itself is the applier's to remove.
  const gone = intersection(difference(all, fields(kept)), named(last));
  return withoutNulls((removeFields(type, merged, gone) ?? {}) as JsonObject);
}

/** Metadata has no nulls: the server reads it into a type of its own. */
function withoutNulls(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata)) return object;
  return { ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null)) };
}

function conflictsOf(found: readonly Clash[], hidden: FieldSet): ApplyConflict[] {
  return found.flatMap(({ owner, fields }) => {
    const { manager, apiVersion, operation, time, subresource } = owner;
    return [...pathsOf(difference(fields, hidden))].map((path) => ({
      manager,
      apiVersion,
      operation,
      ...(subresource && { subresource }),
      ...(time && { time }),
      field: pathText(path),
    }));
  });
}

function managed(object: JsonObject, managedFields: readonly ManagedFieldsEntry[]): JsonObject {
  const metadata = get(object, "metadata");
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), managedFields } };
}
