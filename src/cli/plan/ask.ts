import type { KubeObject } from "../../controller/client.ts";
import { isConflict, isNotFound } from "../../controller/errors.ts";
import { parseObject } from "../../controller/parse.ts";
import type { Kind, ObjectOf } from "../../schema/kind.ts";
import { requestedAt } from "../../schema/object.ts";
import type { Cluster } from "../cluster.ts";
import { CommandError, type Context } from "../command.ts";

/** So often an object is read again that somebody else changed in between. */
const mostTries = 5;
const waits = { stepMs: 250, longestMs: 15_000 } as const;

/** The object as the cluster has it now. Rejects with a CommandError where there is none. */
export async function readObject<K extends Kind>(
  kind: K,
  name: string,
  { client, namespace }: Cluster,
  signal: AbortSignal,
): Promise<ObjectOf<K>> {
  try {
    return parsed(kind, await client.get(kind.resource, { namespace, name }, { signal }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const next = `kubectl get ${kind.plural} --namespace ${namespace}`;
    throw new CommandError(`there is no ${kind.kind} ${name} in namespace ${namespace}`, { next });
  }
}

function parsed<K extends Kind>(kind: K, raw: KubeObject): ObjectOf<K> {
  const result = parseObject(kind, raw);
  if (result.is === "invalid") throw new CommandError(result.finding.message);
  return result.object as ObjectOf<K>;
}

/** What somebody asks of an object. */
export interface Wish<K extends Kind> {
  readonly kind: K;
  readonly name: string;
  /** Annotations to set, for the object as it is; asked again where somebody else changed it in between. */
  readonly annotations: (object: ObjectOf<K>, token: string) => Readonly<Record<string, string>>;
}

/** Sets annotations, and asks for a look. Gives the token of the look: see `requestedAt`. */
export async function ask<K extends Kind>(wish: Wish<K>, cluster: Cluster, context: Context): Promise<string> {
  const { kind, name } = wish;
  const { client, namespace } = cluster;
  const { signal, clock } = context;
  for (let tries = 1; ; tries++) {
    const object = await readObject(kind, name, cluster, signal);
    const token = clock.now().toISOString();
    const annotations = { ...wish.annotations(object, token), [requestedAt]: token };
    const { resourceVersion } = (object as unknown as KubeObject).metadata;
    const patch = { metadata: { resourceVersion, annotations } };
    try {
      await client.mergePatch(kind.resource, { namespace, name }, patch, { signal, fieldManager: "millrace-cli" });
      return token;
    } catch (error) {
      if (!isConflict(error) || tries >= mostTries) throw error;
    }
  }
}

/** Waits until something holds of the object, and gives it as it is then; undefined when it takes longer than 15 s. */
export async function untilSeen<K extends Kind>(
  kind: K,
  name: string,
  holds: (object: ObjectOf<K>) => boolean,
  { cluster, context }: { readonly cluster: Cluster; readonly context: Context },
): Promise<ObjectOf<K> | undefined> {
  for (let waited = 0; waited < waits.longestMs; waited += waits.stepMs) {
    const object = await readObject(kind, name, cluster, context.signal);
    if (holds(object)) return object;
    await context.clock.sleep(waits.stepMs, context.signal);
  }
  return undefined;
}
