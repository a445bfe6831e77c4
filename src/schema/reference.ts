import { apiVersion, type Kind } from "./kind.ts";
import { type Json, structural } from "./structural.ts";

interface Row {
  readonly path: string;
  readonly type: string;
  readonly note: string;
  readonly description: string;
}

/** The reference page of a kind, in Markdown: every field, its type, what it must be, and what it means. */
export function referenceOf(kind: Kind): string {
  const rows = (schema: Json, prefix: string) => [...walk(schema, prefix)].map(line).join("\n");
  const spec = structural(kind.spec);
  const status = structural(kind.status);
  const heading = "| Field | Type | | |\n| --- | --- | --- | --- |\n";
  const rulesOf = [...rulesIn(spec, "spec")].map(({ path, message }) => `- \`${path}\`: ${message}`);
  return `<!-- Generated from src/schema by \`make generate\`. Do not edit. -->
# ${kind.kind}

${kind.doc}

\`apiVersion: ${apiVersion}\`, \`kubectl get ${kind.shortNames[0] ?? kind.plural}\`; short names: ${kind.shortNames.map((name) => `\`${name}\``).join(", ")}

## Spec

${heading}${rows(spec, "")}
${rulesOf.length > 0 ? `\nBesides, the API server holds these rules:\n\n${rulesOf.join("\n")}\n` : ""}
## Status

${heading}${rows(status, "")}

## Columns

${kind.columns.map(({ name, path, wide }) => `- **${name}**${wide ? " (with `-o wide`)" : ""}: \`${path}\``).join("\n")}
`;
}

function* walk(schema: Json, prefix: string): Generator<Row> {
  const required = (schema["required"] ?? []) as string[];
  for (const [name, child] of Object.entries((schema["properties"] ?? {}) as Record<string, Json>)) {
    const path = prefix ? `${prefix}.${name}` : name;
    yield {
      path,
      type: typeOf(child),
      note: noteOf(child, required.includes(name)),
      description: String(child["description"] ?? ""),
    };
    yield* walk((child["items"] as Json | undefined) ?? child, child["items"] ? `${path}[]` : path);
  }
}

function typeOf(schema: Json): string {
  if (schema["items"]) return `list of ${typeOf(schema["items"] as Json)}`;
  if (schema["additionalProperties"]) return "map";
  return schema["format"] === "date-time" ? "time" : String(schema["type"]);
}

function noteOf(schema: Json, required: boolean): string {
  const notes: string[] = [];
  if (required) notes.push("required");
  if (schema["default"] !== undefined) notes.push(`default \`${JSON.stringify(schema["default"])}\``);
  const values = (schema["enum"] ?? (schema["items"] as Json | undefined)?.["enum"]) as string[] | undefined;
  if (values) notes.push(values.map((value) => `\`${value}\``).join(", "));
  return notes.join("; ");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const line = ({ path, type, note, description }: Row): string =>
  `| \`${path}\` | ${type} | ${cell(note)} | ${cell(description)} |`;

function* rulesIn(schema: Json, path: string): Generator<{ path: string; message: string }> {
  for (const { message } of (schema["x-kubernetes-validations"] ?? []) as { message: string }[])
    yield { path, message };
  for (const [name, child] of Object.entries((schema["properties"] ?? {}) as Record<string, Json>)) {
    yield* rulesIn(child, `${path}.${name}`);
  }
  if (schema["items"]) yield* rulesIn(schema["items"] as Json, `${path}[]`);
}
