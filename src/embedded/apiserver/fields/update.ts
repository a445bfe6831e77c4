import type { Comparison } from "./compare.ts";
import { difference, type FieldSet, intersection, isEmpty, union, without } from "./field-set.ts";
import { fieldsOfEntry, type ManagedFieldsEntry, type Managers } from "./managers.ts";

/** A field that another manager owns and that a write would change. */
export interface Clash {
  readonly owner: ManagedFieldsEntry;
  readonly fields: FieldSet;
}

/** What others own of that which changed. */
export function clashes(managers: Managers, self: string, { added, modified }: Comparison): Clash[] {
  const changed = union(modified, added);
  const found: Clash[] = [];
  for (const [identity, owner] of managers) {
    if (identity === self) continue;
    const fields = intersection(fieldsOfEntry(owner), changed);
    if (!isEmpty(fields)) found.push({ owner, fields });
  }
  return found;
}

/** The other managers lose what changed and what is gone. Managers that lose nothing stay as they are. */
export function takeFromOthers(
  managers: Managers,
  self: string,
  { added, modified, removed }: Comparison,
): Map<string, ManagedFieldsEntry> {
  const changed = union(modified, added);
  const result = new Map<string, ManagedFieldsEntry>();
  for (const [identity, entry] of managers) {
    const fields = fieldsOfEntry(entry);
    const left = identity === self ? fields : difference(difference(fields, changed), removed);
    result.set(identity, left === fields ? entry : { ...entry, fieldsV1: left });
  }
  return result;
}

/** A comparison without what the server resets on this endpoint. */
export function ignoring({ added, modified, removed }: Comparison, reset: FieldSet): Comparison {
  if (isEmpty(reset)) return { added, modified, removed };
  return { added: without(added, reset), modified: without(modified, reset), removed: without(removed, reset) };
}

/** The set of some top-level fields and everything below them. */
export const topLevel = (names: readonly string[]): FieldSet =>
  Object.fromEntries(names.map((name) => [`f:${name}`, {}]));

/** What a write to an endpoint cannot change, unless the caller says otherwise. */
export const resetBy = (subresource: string | undefined, reset: readonly string[] | undefined): FieldSet =>
  topLevel(reset ?? (subresource === "status" ? ["metadata", "spec"] : []));
