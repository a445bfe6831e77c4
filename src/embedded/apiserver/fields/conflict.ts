import { goQuote } from "../schema/field-error.ts";

/** A field with another value, and who owns it. */
export interface ApplyConflict {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly operation: string;
  /** RFC 3339, whole seconds. */
  readonly time?: string;
  /** `.spec.owner`, `.spec.edges[name="x"].weight` */
  readonly field: string;
}

export interface ConflictStatus {
  readonly message: string;
  readonly causes: readonly {
    readonly reason: "FieldManagerConflict";
    readonly message: string;
    readonly field: string;
  }[];
}

/** A refused apply in the API server's words: the message and the causes of a Status. */
export function conflictStatus(conflicts: readonly ApplyConflict[]): ConflictStatus {
  const causes = conflicts.map((conflict) => ({
    reason: "FieldManagerConflict" as const,
    message: `conflict with ${ownerText(conflict)}`,
    field: conflict.field,
  }));
  const [only] = conflicts;
  if (conflicts.length === 1 && only) {
    return { message: `Apply failed with 1 conflict: conflict with ${ownerText(only)}: ${only.field}`, causes };
  }
  const byOwner = new Map<string, string[]>();
  for (const conflict of conflicts) {
    const owner = ownerText(conflict);
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), `- ${conflict.field}`]);
  }
  const owners = [...byOwner].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = owners.flatMap(([owner, fields]) => [`conflicts with ${owner}:`, ...fields]);
  return { message: `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`, causes };
}

/** The time is not part of it: what identifies a manager does not hold one. */
function ownerText({ manager, subresource, operation, apiVersion }: ApplyConflict): string {
  const name = goQuote(manager) + (subresource ? ` with subresource ${goQuote(subresource)}` : "");
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}
