import { type FieldError, invalid } from "./field-error.ts";
import { get, isObject, type JsonObject } from "./json.ts";

/** `subresources.scale` of a version of a CustomResourceDefinition. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** The value at a path such as `.spec.replicas`; undefined when nothing is there. */
export function valueAt(object: JsonObject, path: string): unknown {
  const keys = path.replace(/^\./, "").split(".");
  return keys.reduce<unknown>((value, key) => (isObject(value) ? get(value, key) : undefined), object);
}

const most = 2 ** 31 - 1;

/** What makes an object impossible to scale. A write of the status answers only for the status. */
export function scaleErrors(object: JsonObject, paths: ScalePaths, subresource?: "status"): FieldError[] {
  const status = replicaErrors(object, paths.statusReplicasPath);
  const selector = paths.labelSelectorPath === undefined ? [] : textErrors(object, paths.labelSelectorPath);
  return subresource === "status"
    ? [...status, ...selector]
    : [...replicaErrors(object, paths.specReplicasPath), ...status, ...selector];
}

function replicaErrors(object: JsonObject, path: string): FieldError[] {
  const value = valueAt(object, path);
  if (value === undefined) return [];
  if (typeof value !== "number" || !Number.isInteger(value))
    return [invalid(path, 0, accessorError(path, value, "int64"))];
  if (value < 0) return [invalid(path, value, "should be a non-negative integer")];
  return value > most ? [invalid(path, value, `should be less than or equal to ${most}`)] : [];
}

function textErrors(object: JsonObject, path: string): FieldError[] {
  const value = valueAt(object, path);
  if (value === undefined || typeof value === "string") return [];
  return [invalid(path, "", accessorError(path, value, "string"))];
}

const accessorError = (path: string, value: unknown, wanted: string): string =>
  `${path} accessor error: ${shown(value)} is of the type ${typeName(value)}, expected ${wanted}`;

function shown(value: unknown): string {
  if (value === null) return "<nil>";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The type of a JSON value in Go's words. */
function typeName(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return "string";
}
