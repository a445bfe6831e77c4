import { equal, get, isObject, type JsonObject } from "../schema/json.ts";
import { type FieldSet, nodeOf, noFields } from "./field-set.ts";
import { type FieldType, memberType } from "./field-type.ts";
import { fieldElement, itemElement } from "./path-element.ts";

/** Which paths differ between two objects. No path is in more than one of the sets. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const kinds = ["added", "modified", "removed"] as const;
type Changes = Record<(typeof kinds)[number], FieldSet>;

/** The changes below a path, and what happened to the path itself. */
interface Difference {
  readonly self: (typeof kinds)[number] | undefined;
  readonly below: Changes | undefined;
}

const same: Difference = { self: undefined, below: undefined };
const leaf = {
  added: { ...same, self: "added" },
  modified: { ...same, self: "modified" },
  removed: { ...same, self: "removed" },
} as const;

/** Compares two objects of one type. Identical parts (`===`) cost nothing. */
export function compare(type: FieldType, before: JsonObject, after: JsonObject): Comparison {
  return differ(type, before, after).below ?? { added: noFields, modified: noFields, removed: noFields };
}

type Form = "map" | "list" | "leaf";

function formOf(type: FieldType, value: unknown): Form {
  if (Array.isArray(value)) return type.listType === "atomic" ? "leaf" : "list";
  return isObject(value) && !type.atomicMap ? "map" : "leaf";
}

const sizeOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
};

function differ(type: FieldType, before: unknown, after: unknown): Difference {
  if (before === after) return same;
  if (before === undefined) return whole(type, after, "added");
  if (after === undefined) return whole(type, before, "removed");
  const [was, is] = [formOf(type, before), formOf(type, after)];
  const form = common([before, was], [after, is]);
  if (form === undefined) return changedForm(type, [before, was], [after, is]);
  if (form === "leaf" || (sizeOf(before) === 0 && sizeOf(after) === 0)) {
    return equal(before, after) ? same : leaf.modified;
  }
  return { self: undefined, below: form === "map" ? maps(type, before, after) : lists(type, before, after) };
}

/** The form of both sides. A null counts as an empty map or list where the other side is one. */
function common([before, was]: [unknown, Form], [after, is]: [unknown, Form]): Form | undefined {
  if (before === null) return is;
  return after === null || was === is ? was : undefined;
}

/** A value that only one side has: all of its paths, and its own. */
function whole(type: FieldType, value: unknown, self: "added" | "removed"): Difference {
  const form = formOf(type, value);
  if (form === "leaf" || sizeOf(value) === 0) return leaf[self];
  const [before, after] = self === "added" ? [undefined, value] : [value, undefined];
  return { self, below: form === "map" ? maps(type, before, after) : lists(type, before, after) };
}

/** A map became a list or a scalar, or the reverse: what was below is gone, what is below is new. */
function changedForm(type: FieldType, [before, was]: [unknown, Form], [after, is]: [unknown, Form]): Difference {
  const removed = was === "leaf" ? undefined : whole(type, before, "removed").below;
  const added = is === "leaf" ? undefined : whole(type, after, "added").below;
  const below = { added: added?.added ?? noFields, modified: noFields, removed: removed?.removed ?? noFields };
  return { self: was === "leaf" || is === "leaf" ? "modified" : undefined, below };
}

function maps(type: FieldType, before: unknown, after: unknown): Changes | undefined {
  const [one, other] = [before, after].map((value) => (isObject(value) ? value : noFields)) as [JsonObject, JsonObject];
  const changes = new Collector();
  for (const name of Object.keys(one)) {
    changes.add(fieldElement(name), differ(memberType(type, name), one[name], get(other, name)));
  }
  for (const name of Object.keys(other)) {
    if (!Object.hasOwn(one, name))
      changes.add(fieldElement(name), differ(memberType(type, name), undefined, other[name]));
  }
  return changes.result;
}

function lists(type: FieldType, before: unknown, after: unknown): Changes | undefined {
  const [one, other] = [byElement(type, before), byElement(type, after)];
  const changes = new Collector();
  for (const [element, items] of one) changes.add(element, differItems(type, items, other.get(element) ?? []));
  for (const [element, items] of other) if (!one.has(element)) changes.add(element, differItems(type, [], items));
  return changes.result;
}

function byElement(type: FieldType, list: unknown): Map<string, unknown[]> {
  const result = new Map<string, unknown[]>();
  for (const item of Array.isArray(list) ? list : []) {
    const element = itemElement(type, item);
    const known = result.get(element);
    if (known) known.push(item);
    else result.set(element, [item]);
  }
  return result;
}

/** Items under one element. Twins, which no schema allows but old objects may hold, are owned as a whole. */
function differItems(type: FieldType, before: readonly unknown[], after: readonly unknown[]): Difference {
  if (before.length < 2 && after.length < 2) return differ(type.element, before[0], after[0]);
  if (before.length === 0) return leaf.added;
  if (after.length === 0) return leaf.removed;
  return equal(before, after) ? same : leaf.modified;
}

class Collector {
  result: Changes | undefined;

  add(element: string, { self, below }: Difference): void {
    if (self === undefined && below === undefined) return;
    this.result ??= { added: {}, modified: {}, removed: {} };
    for (const kind of kinds) {
      const node = nodeOf(self === kind, below?.[kind] ?? noFields);
      if (node) this.result[kind][element] = node;
    }
  }
}
