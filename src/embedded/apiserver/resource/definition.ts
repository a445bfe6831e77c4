import { isRecord, type KubeObject } from "../object.ts";
import { compileStructural } from "../schema/structural.ts";
import { customPrinter } from "../table/custom-printer.ts";
import { type Column, type Resource, resourceId, type Version } from "./resource.ts";

/** The part of a CustomResourceDefinition's spec that the server reads; the stored object holds all of it. */
export interface DefinitionSpec {
  readonly group: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly names: DefinitionNames;
  readonly versions: readonly DefinitionVersion[];
}

export interface DefinitionNames {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: object };
  readonly subresources?: { readonly status?: object };
  readonly additionalPrinterColumns?: readonly Column[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

/** The spec of a CustomResourceDefinition object. */
export const specOf = (definition: KubeObject): DefinitionSpec => definition["spec"] as unknown as DefinitionSpec;

/** Whether a condition of a CustomResourceDefinition is true. */
export function hasCondition(definition: KubeObject, type: string): boolean {
  const status = definition["status"];
  const conditions = isRecord(status) && Array.isArray(status["conditions"]) ? status["conditions"] : [];
  return conditions.some((each) => isRecord(each) && each["type"] === type && each["status"] === "True");
}

/** The resource that a CustomResourceDefinition defines. Throws when one of its rules or columns does not compile. */
export function resourceOf(definition: KubeObject): Resource {
  const { group, names, scope, versions } = specOf(definition);
  const stored = versions.find((version) => version.storage) ?? versions[0]!;
  return {
    id: resourceId(group, names.plural),
    group,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    namespaced: scope === "Namespaced",
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    storedVersion: stored.name,
    versions: versions.filter((version) => version.served).map((version) => versionOf(version, group, names.kind)),
    hasGeneration: true,
    custom: true,
    behaviour: {},
  };
}

function versionOf(version: DefinitionVersion, group: string, kind: string): Version {
  const schema = version.schema?.openAPIV3Schema;
  return {
    name: version.name,
    deprecation: version.deprecated
      ? (version.deprecationWarning ?? `${group}/${version.name} ${kind} is deprecated`)
      : undefined,
    printer: customPrinter(version.additionalPrinterColumns),
    schema,
    structural: schema && compileStructural(schema),
    hasStatus: version.subresources?.status !== undefined,
    selectable: version.selectableFields?.map((field) => field.jsonPath) ?? [],
  };
}
