import { applyServerSide } from "../fields/apply.ts";
import { trackUpdate } from "../fields/track.ts";
import type { Call } from "../http/call.ts";
import { StatusError } from "../http/status.ts";
import { type KubeObject, timestamp } from "../object.ts";
import { groupVersion } from "../resource/resource.ts";

/** Who makes this write: the `fieldManager` parameter, or the first word of the client's User-Agent. */
export function fieldManager({ query, userAgent }: Call): string {
  return query.get("fieldManager") || userAgent.split("/")[0]!.slice(0, 128) || "unknown";
}

interface Write {
  readonly call: Call;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
  readonly now: Date;
}

/** Notes in `metadata.managedFields` which fields this write set. */
export function trackFields({ call, before, after, now }: Write): void {
  const { resource, version } = call.served;
  const entries = trackUpdate({
    before,
    after,
    manager: fieldManager(call),
    apiVersion: groupVersion(resource.group, version.name),
    subresource: call.subresource || undefined,
    now: timestamp(now),
    structural: version.structural,
  });
  if (entries.length > 0) after.metadata.managedFields = entries;
  else delete after.metadata.managedFields;
}

interface Configuration {
  readonly call: Call;
  readonly live: KubeObject | undefined;
  readonly applied: KubeObject;
  readonly now: Date;
}

/** The object that a server-side apply leads to, with its managedFields. Throws 409 where other managers object. */
export function applyFields({ call, live, applied, now }: Configuration): KubeObject {
  const { version } = call.served;
  const force = call.query.get("force") === "true" || call.query.get("force") === "1";
  const subresource = call.subresource || undefined;
  const result = applyServerSide({
    live,
    applied,
    manager: fieldManager(call),
    force,
    subresource,
    now: timestamp(now),
    structural: version.structural,
    ...(version.hasStatus && !subresource && { reset: ["status"] }),
  });
  if ("object" in result) return result.object as KubeObject;
  throw applyConflict(result.conflicts);
}

type Conflict = Extract<ReturnType<typeof applyServerSide>, { conflicts: unknown }>["conflicts"][number];

function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.map((each) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${managerText(each)}`,
    field: each.field,
  }));
  return new StatusError(409, "Conflict", conflictMessage(conflicts), { causes });
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${managerText(first)}: ${first.field}`;
  }
  const managers = [...new Set(conflicts.map(managerText))].sort();
  const groups = managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...conflicts.filter((each) => managerText(each) === manager).map(({ field }) => `- ${field}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${groups.join("\n")}`;
}

function managerText({ manager, subresource, operation, apiVersion }: Conflict): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : "");
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}
