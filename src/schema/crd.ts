import { stringify } from "yaml";
import { group, type Kind, version } from "./kind.ts";
import { type Json, structural } from "./structural.ts";

/** The CustomResourceDefinition of a kind, as an object. */
export function crdOf(kind: Kind): Json {
  // A short name that is the singular is refused, and an empty list is dropped by the server: kubectl would apply it for ever.
  const shortNames = kind.shortNames.filter((name) => name !== kind.singular && name !== kind.plural);
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${kind.plural}.${group}`, labels: { "app.kubernetes.io/part-of": "millrace" } },
    spec: {
      group,
      scope: "Namespaced",
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        ...(shortNames.length > 0 && { shortNames }),
        categories: ["millrace"],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns.map(columnOf),
          ...(kind.selectableFields && { selectableFields: kind.selectableFields.map((jsonPath) => ({ jsonPath })) }),
          schema: { openAPIV3Schema: schemaOf(kind) },
        },
      ],
    },
  };
}

const columnOf = ({ name, path, type = "string", wide, doc }: Kind["columns"][number]): Json => ({
  name,
  type,
  jsonPath: path,
  ...(doc && { description: doc }),
  ...(wide && { priority: 1 }),
});

/** Names grow suffixes where Kubernetes makes objects of them, so they stay well below its own limit. */
const nameRule = {
  rule: "self.metadata.name.size() <= 200",
  message: "a name has at most 200 characters, so that names made from it stay valid",
  reason: "FieldValueInvalid",
};

function schemaOf(kind: Kind): Json {
  const string = { type: "string" };
  return {
    type: "object",
    description: kind.doc,
    required: ["spec"],
    properties: {
      apiVersion: { ...string, description: "Version of this representation." },
      kind: { ...string, description: "Kind of the object." },
      metadata: { type: "object" },
      spec: { ...structural(kind.spec), description: "What is declared." },
      status: {
        ...structural(kind.status),
        description: "What was found, by Millrace.",
        // kstatus takes an object for finished when it has no status at all; -1 says "not looked at yet".
        default: { observedGeneration: -1 },
      },
    },
    "x-kubernetes-validations": [nameRule, ...(kind.objectRules ?? [])],
  };
}

/** The same as the text of a file. */
export const crdYaml = (kind: Kind): string =>
  `# Generated from src/schema by \`make generate\`. Do not edit.\n${stringify(crdOf(kind), { lineWidth: 0, aliasDuplicateObjects: false })}`;
