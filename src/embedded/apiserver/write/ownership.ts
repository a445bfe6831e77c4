import { applyServerSide } from "../fields/apply.ts";
import { conflictStatus } from "../fields/conflict.ts";
import { undeclared } from "../fields/declared.ts";
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
  const { message, causes } = conflictStatus(result.conflicts);
  throw new StatusError(409, "Conflict", message, { causes: [...causes] });
}

/** Throws 500, as the real server does, for a configuration whose fields nobody could own. */
export function checkDeclared({ served }: Call, applied: KubeObject): void {
  const reason = undeclared(served.version.structural, applied);
  if (reason === undefined) return;
  const { namespace = "", name = "" } = applied.metadata;
  const { resource, version } = served;
  const type = `${groupVersion(resource.group, version.name)}, Kind=${resource.kind}`;
  const place = `${namespace}/${name}; ${resource.group === "" ? "/" : ""}${type}`;
  throw new StatusError(500, "", `failed to create typed patch object (${place}): ${reason}`, {});
}
