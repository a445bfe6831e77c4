/** A Kubernetes object as JSON gives it. A value of this type was parsed for one request, so its holder may change it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

export interface Metadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string | null;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: unknown[];
  selfLink?: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** A JSON object, as opposed to an array, a scalar or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON text of a value with every object's keys in order, as the API server writes objects of custom kinds. */
export const sortedJson = (value: unknown): string => JSON.stringify(sorted(value));

/** The value itself when it is in order already, as what was stored before is. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? sortedList(value) : sortedRecord(value as Record<string, unknown>);
}

function sortedRecord(record: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(record);
  let inOrder = true;
  for (let at = 1; inOrder && at < keys.length; at += 1) inOrder = keys[at]! > keys[at - 1]!;
  if (!inOrder) keys.sort();
  let copy: Record<string, unknown> | undefined = inOrder ? undefined : {};
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at]!;
    const child = sorted(record[key]);
    if (copy === undefined && child !== record[key]) {
      copy = {};
      for (let before = 0; before < at; before += 1) copy[keys[before]!] = record[keys[before]!];
    }
    if (copy) copy[key] = child;
  }
  return copy ?? record;
}

function sortedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at += 1) {
    const child = sorted(list[at]);
    if (copy === undefined && child !== list[at]) copy = list.slice(0, at);
    copy?.push(child);
  }
  return copy ?? list;
}

/** RFC 3339 in whole seconds, as `metav1.Time` is written. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
