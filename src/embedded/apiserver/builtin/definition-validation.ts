import { isRecord, type KubeObject } from "../object.ts";
import { type DefinitionSpec, type DefinitionVersion, specOf } from "../resource/definition.ts";
import { RuleError } from "../schema/cel/rule.ts";
import { type FieldError, invalid, notSupported, required } from "../schema/field-error.ts";
import { label1035Errors, subdomainErrors } from "../schema/names.ts";
import { compileStructural } from "../schema/structural.ts";
import { compileJsonPath } from "../table/json-path.ts";

const columnTypes = ["boolean", "date", "integer", "number", "string"];

/** Everything that is wrong with a CustomResourceDefinition: what would keep it from being served. */
export function definitionErrors(definition: KubeObject): FieldError[] {
  if (!isRecord(definition["spec"])) return [required("spec")];
  const spec = specOf(definition);
  const { group = "", scope, names, versions } = spec as Partial<DefinitionSpec>;
  if (!isRecord(names)) return [required("spec.names")];
  if (!Array.isArray(versions)) return [required("spec.versions")];
  const errors: FieldError[] = [];
  const name = definition.metadata.name ?? "";
  if (name !== `${names.plural}.${group}`) {
    errors.push(invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group'));
  }
  errors.push(...groupErrors(group));
  if (scope === undefined) errors.push(required("spec.scope"));
  else if (scope !== "Cluster" && scope !== "Namespaced") {
    errors.push(notSupported("spec.scope", scope, ["Cluster", "Namespaced"]));
  }
  errors.push(...versionsErrors(spec), ...nameErrors(names as unknown as Record<string, unknown>));
  return errors;
}

function groupErrors(group: string): FieldError[] {
  if (group === "") return [required("spec.group")];
  const wrong = subdomainErrors(group);
  if (wrong.length > 0) return [invalid("spec.group", group, wrong.join(","))];
  return group.includes(".") ? [] : [invalid("spec.group", group, "should be a domain with at least one dot")];
}

function nameErrors(names: Record<string, unknown>): FieldError[] {
  return ["plural", "singular", "kind", "listKind"].flatMap((key) => {
    const value = names[key];
    const path = `spec.names.${key}`;
    if (typeof value !== "string" || value === "") return [required(path)];
    const mixed = key.toLowerCase().endsWith("kind");
    const wrong = label1035Errors(mixed ? value.toLowerCase() : value);
    if (wrong.length === 0) return [];
    const prefix = mixed ? "may have mixed case, but should otherwise match: " : "";
    return [invalid(path, value, prefix + wrong.join(","))];
  });
}

function versionsErrors({ versions }: DefinitionSpec): FieldError[] {
  const errors = versions.flatMap((version, at) => versionErrors(version, `spec.versions[${at}]`));
  if (new Set(versions.map(({ name }) => name)).size !== versions.length) {
    errors.push(invalid("spec.versions", versions, "must contain unique version names"));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid("spec.versions", versions, "must have exactly one version marked as storage version"));
  }
  const same = versions.every(({ schema }) => JSON.stringify(schema) === JSON.stringify(versions[0]?.schema));
  for (const [at, { schema }] of versions.entries()) {
    if (!schema?.openAPIV3Schema || (same && at > 0)) continue;
    const path = same ? "spec.validation.openAPIV3Schema" : `spec.versions[${at}].schema.openAPIV3Schema`;
    errors.push(...schemaErrors(schema.openAPIV3Schema, path));
  }
  return errors;
}

function versionErrors(version: DefinitionVersion, path: string): FieldError[] {
  const { name = "", schema, additionalPrinterColumns = [], selectableFields = [] } = version;
  const wrong = label1035Errors(name);
  const errors = wrong.length > 0 ? [invalid(`${path}.name`, name, wrong.join(","))] : [];
  if (!schema?.openAPIV3Schema) errors.push(required(`${path}.schema.openAPIV3Schema`));
  for (const [at, column] of additionalPrinterColumns.entries()) {
    const place = `${path}.additionalPrinterColumns[${at}]`;
    if (!column.name) errors.push(required(`${place}.name`));
    const types = `must be one of ${columnTypes.join(",")}`;
    if (!column.type) errors.push(required(`${place}.type`, types));
    else if (!columnTypes.includes(column.type)) errors.push(invalid(`${place}.type`, column.type, types));
    errors.push(...pathErrors(column.jsonPath, `${place}.jsonPath`));
  }
  for (const [at, { jsonPath }] of selectableFields.entries()) {
    errors.push(...pathErrors(jsonPath, `${path}.selectableFields[${at}].jsonPath`));
  }
  return errors;
}

function pathErrors(jsonPath: string | undefined, place: string): FieldError[] {
  if (!jsonPath) return [required(place)];
  try {
    compileJsonPath(jsonPath);
    return [];
  } catch (error) {
    return [invalid(place, jsonPath, (error as Error).message)];
  }
}

function schemaErrors(schema: object, path: string): FieldError[] {
  const errors = typeErrors(schema as Record<string, unknown>, path, "must not be empty at the root");
  try {
    compileStructural(schema);
  } catch (error) {
    if (error instanceof RuleError) {
      errors.push(invalid(`${path}${error.path}`, error.rule, `compilation failed: ${error.message}`));
    } else errors.push(invalid(path, "", (error as Error).message));
  }
  return errors;
}

/** A structural schema says of every value which type it has. */
function typeErrors(schema: Record<string, unknown>, path: string, detail: string): FieldError[] {
  const free = schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"];
  const errors = schema["type"] || free ? [] : [required(`${path}.type`, detail)];
  const below: [string, unknown][] = [
    ...Object.entries(isRecord(schema["properties"]) ? schema["properties"] : {}).map(
      ([key, value]): [string, unknown] => [`.properties[${key}]`, value],
    ),
    [".items", schema["items"]],
    [".additionalProperties", schema["additionalProperties"]],
  ];
  for (const [step, child] of below) {
    if (!isRecord(child)) continue;
    const what =
      step === ".items"
        ? "must not be empty for specified array items"
        : "must not be empty for specified object fields";
    errors.push(...typeErrors(child, path + step, what));
  }
  return errors;
}
