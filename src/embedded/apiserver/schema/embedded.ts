import { type FieldError, invalid, required } from "./field-error.ts";
import { isObject, type JsonObject } from "./json.ts";
import { validateMetadata } from "./metadata.ts";
import { label1035Errors } from "./names.ts";
import type { Structural } from "./structural.ts";
import { memberPath } from "./visit.ts";

/** What is wrong with resources inside the resource (`x-kubernetes-embedded-resource`). */
export function embeddedErrors(structural: Structural, value: unknown, path = ""): FieldError[] {
  if (!structural.holds.embedded) return [];
  if (Array.isArray(value)) {
    const { items } = structural;
    return items ? value.flatMap((each, index) => embeddedErrors(items, each, `${path}[${index}]`)) : [];
  }
  if (!isObject(value)) return [];
  const errors = structural.embedded ? resourceErrors(value, path) : [];
  for (const key of Object.keys(value)) {
    const child = structural.properties.get(key) ?? structural.additional;
    if (typeof child === "object") errors.push(...embeddedErrors(child, value[key], memberPath(structural, path, key)));
  }
  return errors;
}

function resourceErrors(object: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["apiVersion", "kind"]) {
    if (!Object.hasOwn(object, field)) errors.push(required(`${path}.${field}`));
  }
  if (Object.hasOwn(object, "apiVersion")) errors.push(...versionErrors(object["apiVersion"], `${path}.apiVersion`));
  if (Object.hasOwn(object, "kind")) errors.push(...kindErrors(object["kind"], `${path}.kind`));
  const metadata = object["metadata"];
  if (!isObject(metadata)) return errors;
  // A template needs no name, but what it says must be right.
  const named = { name: "fakename", ...metadata };
  const rules = { namespaced: "namespace" in metadata, nameErrors: segmentErrors, path: `${path}.metadata` };
  return [...errors, ...validateMetadata(named, rules)];
}

function versionErrors(version: unknown, path: string): FieldError[] {
  if (typeof version !== "string") return [invalid(path, version, "must be a string")];
  if (version === "") return [invalid(path, "", "must not be empty")];
  if (version.split("/").length <= 2) return [];
  return [invalid(path, version, `unexpected GroupVersion string: ${version}`)];
}

function kindErrors(kind: unknown, path: string): FieldError[] {
  if (typeof kind !== "string") return [invalid(path, kind, "must be a string")];
  if (kind === "") return [invalid(path, "", "must not be empty")];
  const details = label1035Errors(kind.toLowerCase());
  if (details.length === 0) return [];
  return [invalid(path, kind, `may have mixed case, but should otherwise match: ${details.join(",")}`)];
}

function segmentErrors(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
}
