import { type Finding, toConditions } from "../reconcilers/conditions.ts";
import { type BaseStatus, requestedAt } from "../schema/object.ts";
import type { Client, KubeObject, Resource } from "./client.ts";
import { isConflict } from "./errors.ts";
import { sameJson } from "./same.ts";

/** What the CRD allows for a message, and for the acknowledgement of a request. */
const longestMessage = 4_096;
const longestToken = 253;

/** The status of an object as the API server gave it; nothing of it is certain. */
export const statusOf = (raw: KubeObject): Readonly<Record<string, unknown>> & BaseStatus =>
  (raw["status"] ?? {}) as Readonly<Record<string, unknown>> & BaseStatus;

/** The whole status that follows from a finding and from the kind's own fields. */
export function statusFrom(
  raw: KubeObject,
  { finding, own, now }: { finding: Finding; own: object; now: Date },
): object {
  const { generation = 0, annotations } = raw.metadata;
  const previous = statusOf(raw).conditions ?? [];
  const message = finding.message.slice(0, longestMessage);
  const { lastHandledReconcileAt: _, ...rest } = own as BaseStatus;
  return {
    ...rest,
    observedGeneration: generation,
    conditions: toConditions({ ...finding, message }, { previous, generation, now }),
    ...acknowledged(annotations?.[requestedAt]),
  };
}

const acknowledged = (token: string | undefined): object =>
  token === undefined ? {} : { lastHandledReconcileAt: token.slice(0, longestToken) };

/** Where status goes, and whether we may. */
export interface StatusTarget {
  readonly client: Client;
  readonly resource: Resource;
  readonly fieldManager: string;
  /** Asked before every request: false once another process may write. */
  readonly mayWrite: () => boolean;
}

const mostRounds = 3;

/**
 * Writes the status of the object that was read as `raw`, whole, and gives what the server then has.
 *
 * The write names the object's uid and version, so it never lands on a namesake, nor over what another process
 * wrote meanwhile: a leader that was stopped in its tracks and continued is refused by the server itself. Where only
 * something else moved, as a label, the write is made again on top of that. Rejects with the conflict otherwise,
 * and gives undefined when it may not write any more.
 */
export async function writeStatus(
  target: StatusTarget,
  raw: KubeObject,
  status: object,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const { client, resource, fieldManager, mayWrite } = target;
  const { namespace, name, uid } = raw.metadata;
  let { resourceVersion } = raw.metadata;
  for (let round = 1; mayWrite() && !signal.aborted; round++) {
    const object = { metadata: { namespace, name, uid, resourceVersion }, status };
    try {
      return await client.apply(resource, object, { fieldManager, force: true, subresource: "status", signal });
    } catch (error) {
      if (!isConflict(error) || round === mostRounds) throw error;
      const live = await client.get(resource, { namespace, name }, { signal });
      // An earlier attempt arrived, and only its answer was lost.
      if (live.metadata.uid === uid && sameJson(live["status"], status)) return live;
      if (!onlyTheRestMoved(raw, live)) throw error;
      resourceVersion = live.metadata.resourceVersion;
    }
  }
  return undefined;
}

const onlyTheRestMoved = (seen: KubeObject, live: KubeObject): boolean =>
  seen.metadata.uid === live.metadata.uid && sameJson(seen["status"], live["status"]);
