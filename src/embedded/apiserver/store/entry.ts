import { type KubeObject, sortedJson } from "../object.ts";

/**
 * One stored version of one object. The JSON text is the truth and is cached for every reader; the other fields
 * are what lists, watches and the garbage collector ask for without parsing it.
 */
export interface Entry {
  /** `namespace/name`, or `name` alone outside of namespaces. Entries are listed in the order of their keys. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The uids in `metadata.ownerReferences`. */
  readonly owners: readonly string[];
  /** Whether `metadata.deletionTimestamp` is set. */
  readonly deleting: boolean;
  readonly json: string;
}

/** One committed change. `before` is the entry that it replaced or removed. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The resource's name in the store, such as `repositories.millrace.dev`. */
  readonly resource: string;
  readonly entry: Entry;
  readonly before: Entry | undefined;
  /** When it was committed, in milliseconds of the server's clock. */
  readonly at: number;
}

const nothing: Readonly<Record<string, string>> = {};
const nobody: readonly string[] = [];

/** The key of an object; `namespace` is empty outside of namespaces. */
export const keyOf = (namespace: string, name: string): string => (namespace === "" ? name : `${namespace}/${name}`);

/** Makes the entry of an object whose `metadata.resourceVersion` is set. */
export function entryOf(object: KubeObject, revision: number): Entry {
  const { metadata } = object;
  const namespace = metadata.namespace ?? "";
  const name = metadata.name ?? "";
  return {
    key: keyOf(namespace, name),
    namespace,
    name,
    uid: metadata.uid ?? "",
    revision,
    labels: metadata.labels ?? nothing,
    owners: metadata.ownerReferences?.map((owner) => owner.uid) ?? nobody,
    deleting: metadata.deletionTimestamp !== undefined,
    json: sortedJson(object),
  };
}

/** A fresh copy of the object, which the caller may change. */
export function parseEntry(entry: Entry): KubeObject {
  return JSON.parse(entry.json) as KubeObject;
}
