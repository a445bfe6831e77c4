import { isObject, type JsonObject } from "../schema/json.ts";
import { difference, type FieldSet, isEmpty, union } from "./field-set.ts";

/** Who owns which fields of an object, as `metadata.managedFields` has it. */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** RFC 3339, whole seconds. */
  readonly time?: string;
  readonly fieldsType: "FieldsV1";
  readonly fieldsV1: object;
  readonly subresource?: string;
}

/** Entries by what identifies a manager. */
export type Managers = ReadonlyMap<string, ManagedFieldsEntry>;

export const fieldsOfEntry = (entry: ManagedFieldsEntry): FieldSet => entry.fieldsV1 as FieldSet;

/** What makes two entries one. An applier is the same in every version. */
export const identityOf = ({
  manager,
  operation,
  apiVersion,
  subresource = "",
}: Omit<ManagedFieldsEntry, "fieldsV1">): string =>
  JSON.stringify([manager, operation, operation === "Apply" ? "" : apiVersion, subresource]);

/** The managers of an object; undefined when the entries are not valid. */
export function managersOf(entries: unknown): Managers | undefined {
  const managers = new Map<string, ManagedFieldsEntry>();
  if (entries === undefined || entries === null) return managers;
  if (!Array.isArray(entries)) return undefined;
  for (const entry of entries) {
    if (!isEntry(entry)) return undefined;
    managers.set(identityOf(entry), entry);
  }
  return managers;
}

function isEntry(entry: unknown): entry is ManagedFieldsEntry {
  if (!isObject(entry)) return false;
  const { operation, apiVersion, fieldsType, fieldsV1 = {} } = entry;
  const known = operation === "Apply" || operation === "Update";
  return (
    known && typeof apiVersion === "string" && apiVersion !== "" && fieldsType === "FieldsV1" && isObject(fieldsV1)
  );
}

/** Whether a client asks to forget all owners: it sends an empty list, or one empty entry. */
export function asksForReset(metadata: JsonObject): boolean {
  const entries = metadata["managedFields"];
  if (!Array.isArray(entries)) return false;
  return entries.length === 0 || (entries.length === 1 && isObject(entries[0]) && Object.keys(entries[0]).length === 0);
}

/** What no manager owns: it belongs to the server. */
const stripped: FieldSet = {
  "f:apiVersion": {},
  "f:kind": {},
  "f:metadata": {
    ".": {},
    "f:name": {},
    "f:namespace": {},
    "f:creationTimestamp": {},
    "f:selfLink": {},
    "f:uid": {},
    "f:clusterName": {},
    "f:generation": {},
    "f:managedFields": {},
    "f:resourceVersion": {},
  },
};

/** At most so many entries of updates; older ones are merged into one. */
const mostUpdaters = 10;
const ancient = "ancient-changes";

/** The entries as they are written: without what belongs to the server, the empty ones gone, in the server's order. */
export function entriesOf(managers: Managers): ManagedFieldsEntry[] {
  const entries: ManagedFieldsEntry[] = [];
  for (const entry of managers.values()) {
    const fieldsV1 = difference(fieldsOfEntry(entry), stripped);
    if (!isEmpty(fieldsV1)) entries.push(fieldsV1 === entry.fieldsV1 ? entry : { ...entry, fieldsV1 });
  }
  return capped(entries).sort(byAge);
}

const secondsOf = ({ time }: ManagedFieldsEntry): string => time ?? "";

function byAge(one: ManagedFieldsEntry, other: ManagedFieldsEntry): number {
  for (const part of [
    (entry: ManagedFieldsEntry) => entry.operation,
    secondsOf,
    (entry: ManagedFieldsEntry) => entry.manager,
    (entry: ManagedFieldsEntry) => entry.apiVersion,
    (entry: ManagedFieldsEntry) => entry.subresource ?? "",
  ]) {
    const [left, right] = [part(one), part(other)];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function capped(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updates = entries.filter(({ operation }) => operation === "Update").sort(byAge);
  const surplus = updates.length - mostUpdaters;
  if (surplus <= 0) return entries;
  // Merging n entries into one saves n - 1.
  const merged = updates.slice(0, surplus + 1);
  const fieldsV1 = merged.reduce<FieldSet>((all, entry) => union(all, fieldsOfEntry(entry)), {});
  const { subresource: _, ...last } = merged.at(-1)!;
  const bucket: ManagedFieldsEntry = { ...last, manager: ancient, fieldsV1 };
  return [...entries.filter((entry) => !merged.includes(entry)), bucket];
}
