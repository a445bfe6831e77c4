import type { Key } from "../reconcilers/ports.ts";
import { finalizer } from "../schema/object.ts";
import type { Client, JsonPatchOperation, KubeObject, Resource } from "./client.ts";
import { isInvalid } from "./errors.ts";
import { MovedError } from "./failure.ts";
import type { OwnWrites } from "./own-writes.ts";

/** What patching needs. */
interface Hands {
  readonly client: Client;
  readonly informer: { readonly resource: Resource };
  readonly ownWrites: OwnWrites;
  readonly fieldManager: string;
  readonly mayWrite: () => boolean;
  readonly stop: AbortSignal;
}

/** Puts our finalizer on the object, before there is anything to clean up. False when it was there or is going. */
export async function hold(raw: KubeObject, key: Key, hands: Hands): Promise<boolean> {
  if (raw.metadata.deletionTimestamp !== undefined) return false;
  return patched(finalizerAdded(raw), key, hands);
}

/** Takes our finalizer off, which lets the object go. */
export async function release(raw: KubeObject, key: Key, hands: Hands): Promise<void> {
  await patched(finalizerRemoved(raw), key, hands);
}

type Patch = readonly JsonPatchOperation[] | undefined;

/** Rejects with a MovedError when the object is not as it was when the patch was made. */
async function patched(patch: Patch, key: Key, hands: Hands): Promise<boolean> {
  const { client, informer, ownWrites, fieldManager, mayWrite, stop: signal } = hands;
  if (!patch || !mayWrite()) return false;
  try {
    const object = await client.jsonPatch(informer.resource, key, patch, { fieldManager, signal });
    ownWrites.wrote(`${key.namespace}/${key.name}`, object);
    return true;
  } catch (error) {
    // A `test` that does not hold makes the whole patch invalid.
    if (isInvalid(error)) throw new MovedError("the finalizers changed in between", { cause: error });
    throw error;
  }
}

function finalizerAdded({ metadata }: KubeObject): Patch {
  const { finalizers, resourceVersion, uid } = metadata;
  if (finalizers?.includes(finalizer)) return undefined;
  const same = { op: "test", path: "/metadata/uid", value: uid } as const;
  if (finalizers !== undefined) {
    return [
      same,
      { op: "test", path: "/metadata/finalizers", value: finalizers },
      { op: "add", path: "/metadata/finalizers/-", value: finalizer },
    ];
  }
  return [
    same,
    // There is no way to test that a field is absent.
    { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
    { op: "add", path: "/metadata/finalizers", value: [finalizer] },
  ];
}

function finalizerRemoved({ metadata }: KubeObject): Patch {
  const { finalizers = [], uid } = metadata;
  const place = finalizers.indexOf(finalizer);
  if (place < 0) return undefined;
  return [
    { op: "test", path: "/metadata/uid", value: uid },
    { op: "test", path: "/metadata/finalizers", value: finalizers },
    { op: "remove", path: `/metadata/finalizers/${place}` },
  ];
}
