import type { Client, KubeObject, WantedObject } from "../../controller/client.ts";
import { isForbidden, isInvalid, isNotFound, KubeError } from "../../controller/errors.ts";
import { parseObject } from "../../controller/parse.ts";
import type { Kind, ObjectOf } from "../../schema/kind.ts";
import { CommandError, exitCodes } from "../command.ts";
import type { Given } from "./document.ts";

/** Stands for an object that no server has given an id. */
const unknownUid = "00000000-0000-0000-0000-000000000000";

/**
 * What an object would be once it is applied: checked and filled in by the API server, which writes nothing, with the status
 * that it has there. Where that is not allowed, or there is no cluster, by our own schema alone. Rejects with a CommandError
 * where it would be refused.
 */
export async function asApplied<K extends Kind>(
  kind: K,
  given: Given,
  client: Client | undefined,
  signal: AbortSignal,
): Promise<ObjectOf<K>> {
  const raw = client ? await onServer(kind, given, client, signal) : byItself(given);
  const parsed = parseObject(kind, raw);
  if (parsed.is === "invalid") throw refused(given, parsed.finding.message);
  if (!client) refuseUnknown(given, parsed.object);
  return parsed.object as ObjectOf<K>;
}

const byItself = ({ object }: Given, before?: KubeObject): KubeObject => {
  const metadata = { uid: unknownUid, ...before?.metadata, ...(object["metadata"] as object) };
  return { ...before, ...object, metadata } as unknown as KubeObject;
};

async function onServer(kind: Kind, given: Given, client: Client, signal: AbortSignal): Promise<KubeObject> {
  const { namespace, name } = given;
  const before = await client.get(kind.resource, { namespace, name }, { signal }).catch(ifAbsent);
  const wanted = byItself(given, before);
  const options = { signal, dryRun: true, fieldManager: "millrace-diff" };
  try {
    if (before)
      return { ...(await client.update(kind.resource, wanted, options)), status: before["status"] } as KubeObject;
    return await client.create(kind.resource, given.object as unknown as WantedObject, options);
  } catch (error) {
    if (isForbidden(error)) return wanted;
    if (isInvalid(error) || (error instanceof KubeError && error.code === 400)) throw refused(given, causesOf(error));
    throw error;
  }
}

function ifAbsent(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

const causesOf = (error: unknown): string => {
  const { causes, message } = error as KubeError;
  return causes.length > 0 ? causes.map((each) => `${each.field}: ${each.message}`).join("; ") : message;
};

const refused = ({ kind, namespace, name }: Given, why: string): CommandError =>
  new CommandError(`${kind} ${namespace}/${name} would be refused: ${why}`, { code: exitCodes.usage });

/** A server refuses fields that it does not know; our schema only leaves them out. */
function refuseUnknown(given: Given, parsed: object): void {
  const unknown = lost(given.object["spec"], (parsed as { spec: unknown }).spec, "spec");
  if (unknown.length > 0) throw refused(given, `unknown ${unknown.join(", ")}`);
}

function lost(written: unknown, kept: unknown, at: string): readonly string[] {
  if (typeof written !== "object" || written === null || typeof kept !== "object" || kept === null) return [];
  return Object.entries(written).flatMap(([key, value]) =>
    key in kept ? lost(value, (kept as Record<string, unknown>)[key], `${at}.${key}`) : [`${at}.${key}`],
  );
}
