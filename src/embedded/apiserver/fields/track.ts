import { get, isObject, type JsonObject } from "../schema/json.ts";
import type { Structural } from "../schema/structural.ts";
import { compare } from "./compare.ts";
import { difference, isEmpty, union } from "./field-set.ts";
import { resourceType } from "./field-type.ts";
import {
  asksForReset,
  entriesOf,
  fieldsOfEntry,
  identityOf,
  type ManagedFieldsEntry,
  type Managers,
  managersOf,
} from "./managers.ts";
import { ignoring, resetBy, takeFromOthers } from "./update.ts";

export type { ManagedFieldsEntry } from "./managers.ts";

export interface TrackUpdate {
  /** Undefined when the write creates the object. */
  readonly before: object | undefined;
  readonly after: object;
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  readonly structural: Structural | undefined;
  /** Top-level fields that this endpoint resets; by default those of `/status`, if it is that. */
  readonly reset?: readonly string[];
}

/**
 * The owners of an object's fields after a write that is not an apply: the writer owns what it changed, the others
 * lose it. `managedFields` in `after` replace the known ones, so that clients can hand over or reset ownership.
 */
export function trackUpdate(input: TrackUpdate): ManagedFieldsEntry[] {
  const { before, after, manager, apiVersion, subresource, now, structural } = input;
  const known = knownManagers(before, after, subresource);
  // Whoever reset the owners of an object does not want them back with the next write.
  if (before !== undefined && known.size === 0) return [];
  const identity = {
    manager: manager || "unknown",
    operation: "Update",
    apiVersion,
    ...(subresource && { subresource }),
  } as const;
  const self = identityOf({ ...identity, fieldsType: "FieldsV1" });
  const changes = ignoring(
    compare(resourceType(structural), unmanaged(before), unmanaged(after)),
    resetBy(subresource, input.reset),
  );
  const managers = takeFromOthers(known, "", changes);
  const mine = union(changes.modified, changes.added);
  if (!isEmpty(mine)) {
    const previous = known.get(self);
    const fieldsV1 = union(difference(previous ? fieldsOfEntry(previous) : {}, changes.removed), mine);
    managers.set(self, { ...identity, time: now, fieldsType: "FieldsV1", fieldsV1 });
  }
  return entriesOf(managers);
}

function knownManagers(before: object | undefined, after: object, subresource: string | undefined): Managers {
  const live = before === undefined ? undefined : get(metadataOf(before), "managedFields");
  const fallback = managersOf(live) ?? new Map();
  if (subresource) return fallback;
  const metadata = metadataOf(after);
  if (asksForReset(metadata)) return new Map();
  const sent = managersOf(metadata["managedFields"]);
  return sent && sent.size > 0 ? sent : fallback;
}

export const metadataOf = (object: object): JsonObject => {
  const metadata = get(object as JsonObject, "metadata");
  return isObject(metadata) ? metadata : {};
};

/** The object without its managed fields, which nobody owns. */
export function unmanaged(object: object | undefined): JsonObject {
  const whole = (object ?? {}) as JsonObject;
  const metadata = metadataOf(whole);
  if (!Object.hasOwn(metadata, "managedFields")) return whole;
  const { managedFields: _, ...rest } = metadata;
  return { ...whole, metadata: rest };
}
