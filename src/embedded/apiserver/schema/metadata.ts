import { type FieldError, forbidden, invalid, required, tooLong } from "./field-error.ts";
import { equal, get, isObject, type JsonObject } from "./json.ts";
import { labelErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from "./names.ts";

/** All keys and values of annotations together, in bytes. */
const annotationLimit = 256 * 1024;

export interface MetadataRules {
  /** Whether the kind lives in namespaces. */
  readonly namespaced: boolean;
  /** What is wrong with a name; by default it must be a subdomain of RFC 1123. */
  readonly nameErrors?: (name: string) => string[];
  /** Where the metadata stands; by default `metadata`. */
  readonly path?: string;
}

const text = (object: JsonObject, key: string): string => {
  const value = get(object, key);
  return typeof value === "string" ? value : "";
};
const entries = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Everything that is wrong with the metadata of an object that is about to be created. */
export function validateMetadata(metadata: JsonObject, rules: MetadataRules): FieldError[] {
  const { namespaced, nameErrors = subdomainErrors, path = "metadata" } = rules;
  return [
    ...names(metadata, path, nameErrors),
    ...namespaces(text(metadata, "namespace"), `${path}.namespace`, namespaced),
    ...common(metadata, path),
    ...finalizers(list(get(metadata, "finalizers")), `${path}.finalizers`),
  ];
}

/** Everything that is wrong with a change of metadata: what is immutable, and what must hold after it. */
export function validateMetadataUpdate(metadata: JsonObject, old: JsonObject, path = "metadata"): FieldError[] {
  const errors: FieldError[] = [];
  if (get(old, "deletionTimestamp") !== undefined) {
    const known = list(get(old, "finalizers"));
    const added = list(get(metadata, "finalizers")).filter((each) => !known.includes(each));
    if (added.length > 0) errors.push(forbidden(`${path}.finalizers`, noNewFinalizers(added)));
  }
  if (text(metadata, "resourceVersion") === "") {
    errors.push(invalid(`${path}.resourceVersion`, "", "must be specified for an update"));
  }
  for (const field of immutable) {
    const value = get(metadata, field);
    if (equal(value ?? null, get(old, field) ?? null)) continue;
    const absent = field.endsWith("Timestamp") || field.endsWith("Seconds") ? null : "";
    errors.push(invalid(`${path}.${field}`, value ?? absent, "field is immutable"));
  }
  return [...errors, ...common(metadata, path)];
}

const immutable = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

const noNewFinalizers = (added: readonly unknown[]): string =>
  `no new finalizers can be added if the object is being deleted, found new finalizers []string{${[...added]
    .sort()
    .map((each) => JSON.stringify(each))
    .join(", ")}}`;

function names(metadata: JsonObject, path: string, nameErrors: (name: string) => string[]): FieldError[] {
  const [name, prefix] = [text(metadata, "name"), text(metadata, "generateName")];
  // A prefix may end with a dash, since more follows. The server replaces two characters by one; so do we.
  const masked = prefix.length > 1 && prefix.endsWith("-") ? `${prefix.slice(0, -2)}a` : prefix;
  const ofPrefix = prefix === "" ? [] : nameErrors(masked);
  const errors = ofPrefix.map((each) => invalid(`${path}.generateName`, prefix, each));
  if (name === "") return [...errors, required(`${path}.name`, "name or generateName is required")];
  return [...errors, ...nameErrors(name).map((each) => invalid(`${path}.name`, name, each))];
}

function namespaces(namespace: string, path: string, namespaced: boolean): FieldError[] {
  if (!namespaced) return namespace === "" ? [] : [forbidden(path, "not allowed on this type")];
  if (namespace === "") return [required(path)];
  return labelErrors(namespace).map((each) => invalid(path, namespace, each));
}

function common(metadata: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.labels`;
  for (const [key, value] of entries(get(metadata, "labels"))) {
    for (const each of qualifiedNameErrors(key)) errors.push(invalid(at, key, each));
    for (const each of labelValueErrors(String(value))) errors.push(invalid(at, value, each));
  }
  errors.push(...annotations(entries(get(metadata, "annotations")), `${path}.annotations`));
  errors.push(...owners(list(get(metadata, "ownerReferences")), `${path}.ownerReferences`));
  return errors;
}

function annotations(all: readonly [string, unknown][], path: string): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of all) {
    size += Buffer.byteLength(key) + Buffer.byteLength(String(value));
    for (const each of qualifiedNameErrors(key.toLowerCase())) errors.push(invalid(path, key, each));
  }
  if (size > annotationLimit) errors.push(tooLong(path, annotationLimit));
  return errors;
}

function owners(references: readonly unknown[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const reference of references.filter(isObject)) {
    errors.push(...ownerErrors(reference, path));
    if (get(reference, "controller") !== true) continue;
    const name = `${text(reference, "kind")}/${text(reference, "name")}`;
    if (controller === undefined) controller = name;
    else errors.push(invalid(path, references, onlyOne(controller, name)));
  }
  return errors;
}

const onlyOne = (first: string, second: string): string =>
  `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;

function ownerErrors(reference: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (text(reference, "apiVersion") === "") {
    errors.push(invalid(`${path}.apiVersion`, "", "version must not be empty"));
  }
  for (const field of ["kind", "name", "uid"]) {
    if (text(reference, field) === "") errors.push(invalid(`${path}.${field}`, "", "must not be empty"));
  }
  if (text(reference, "kind") === "Event" && text(reference, "apiVersion") === "v1") {
    errors.push(invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner"));
  }
  return errors;
}

function finalizers(all: readonly unknown[], path: string): FieldError[] {
  const errors = all.flatMap((each) => qualifiedNameErrors(String(each)).map((detail) => invalid(path, each, detail)));
  if (all.includes("orphan") && all.includes("foregroundDeletion")) {
    errors.push(invalid(path, all, "finalizer orphan and foregroundDeletion cannot be both set"));
  }
  return errors;
}

/** Finalizers of Kubernetes' own. */
const standard: ReadonlySet<unknown> = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/** Warnings about finalizers that a write adds and that others may add as well, for want of a domain in them. */
export function finalizerWarnings(metadata: JsonObject, old: JsonObject | undefined): string[] {
  const known = old === undefined ? [] : list(get(old, "finalizers"));
  const added = list(get(metadata, "finalizers")).filter((each) => !known.includes(each) && !standard.has(each));
  return [...new Set(added)].sort().flatMap((each) => {
    const name = String(each);
    if (name.includes("/")) return [];
    const path = name.includes(".") ? " including a path (/)" : "";
    const advice = `prefer a domain-qualified finalizer name${path}`;
    return [
      `metadata.finalizers: ${JSON.stringify(name)}: ${advice} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}
