import type { KubeObject } from "../object.ts";
import type { Column, Printer } from "../resource/resource.ts";
import { goJson } from "../schema/field-error.ts";
import { age } from "./age.ts";
import { compileJsonPath } from "./json-path.ts";

export const nameColumn = {
  name: "Name",
  type: "string",
  format: "name",
  description:
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
} as const;

const ageColumn: Column = {
  name: "Age",
  type: "date",
  description:
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
  jsonPath: ".metadata.creationTimestamp",
};

/** The printer of a custom kind: its name, then its columns, or its age when it declares none. */
export function customPrinter(declared: readonly Column[] | undefined): Printer {
  const columns = declared ?? [ageColumn];
  const paths = columns.map((column) => compileJsonPath(column.jsonPath));
  return {
    columns: [nameColumn, ...columns],
    cells: (object: KubeObject, now: Date) => [
      object.metadata.name ?? "",
      ...columns.map((column, at) => cell(column.type, paths[at]!(object)[0], now)),
    ],
  };
}

function cell(type: string, value: unknown, now: Date): unknown {
  if (value === undefined) return null;
  switch (type) {
    case "string":
      return typeof value === "string" ? value : goJson(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? age(value, now) : null;
    default:
      return null;
  }
}
