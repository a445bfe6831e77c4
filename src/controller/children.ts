import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Child, Children, Marker, Secrets } from "../reconcilers/ports.ts";
import { apiVersion } from "../schema/kind.ts";
import type { Client, KubeObject, Resource } from "./client.ts";
import { isNotFound } from "./errors.ts";
import type { Informer } from "./informer.ts";

/** Annotation of a child: digest of all that its owner said last, so that what is left out later is noticed. */
const appliedDigest = "millrace.dev/applied";

/** Objects that reconcilers own, written by server-side apply under one manager. */
export function childrenOf(client: Client, informers: ReadonlyMap<string, Informer>, fieldManager: string): Children {
  return {
    async apply(child, signal) {
      const { kind, key } = child;
      const cached = informers.get(kind.kind)?.get(key.namespace, key.name);
      if (cached && says(cached, child)) return;
      await client.apply(kind.resource, objectOf(child), { fieldManager, force: true, signal });
    },
    async remove(kind, key, signal) {
      const cached = informers.get(kind.kind)?.get(key.namespace, key.name);
      if (cached?.metadata.deletionTimestamp) return;
      const options = { propagationPolicy: "Background", signal, ...(cached && { uid: cached.metadata.uid }) } as const;
      await client.delete(kind.resource, key, options).catch(absent);
    },
  };
}

function absent(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

const digestOf = ({ labels, spec, annotations }: Child): string =>
  createHash("sha256")
    .update(JSON.stringify([labels, spec, ...(annotations ? [annotations] : [])]))
    .digest("hex")
    .slice(0, 16);

const objectOf = (child: Child) => {
  const { kind, key, labels, annotations, spec, owner } = child;
  return {
    apiVersion,
    kind: kind.kind,
    metadata: {
      ...key,
      ...(labels && { labels }),
      annotations: { ...annotations, [appliedDigest]: digestOf(child) },
      ownerReferences: [
        {
          apiVersion,
          kind: owner.kind.kind,
          name: owner.name,
          uid: owner.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec,
  };
};

/** Whether the cached object says all of the child, and was last written to say no more than that. */
function says(cached: KubeObject, child: Child): boolean {
  const owned = cached.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === child.owner.uid);
  const { labels, annotations } = cached.metadata;
  const named = covers(labels ?? {}, child.labels ?? {}) && covers(annotations ?? {}, child.annotations ?? {});
  const applied = annotations?.[appliedDigest] === digestOf(child);
  return applied && owned === true && named && covers(cached["spec"], child.spec);
}

/** Objects may have more on the left; lists and scalars are equal, but for objects in lists, which may have more too. */
function covers(cached: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(cached) && cached.length === wanted.length && wanted.every((each, at) => covers(cached[at], each))
    );
  }
  if (typeof wanted !== "object" || wanted === null) return isDeepStrictEqual(cached, wanted);
  if (typeof cached !== "object" || cached === null) return false;
  return Object.entries(wanted).every(
    ([key, value]) => value === undefined || covers((cached as Record<string, unknown>)[key], value),
  );
}

const secretResource: Resource = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };

/** Secrets, read when they are needed: they are neither listed nor watched nor kept. */
export function secretsOf(client: Client): Secrets {
  return {
    async read(namespace, { name, key }, signal) {
      try {
        const secret = await client.get(secretResource, { namespace, name }, { signal });
        const value = (secret["data"] as Readonly<Record<string, string>> | undefined)?.[key];
        return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8").trim();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}

/** Marks by merge patch, which resolves once the API server has stored it. */
export function markerOf(client: Client, fieldManager: string): Marker {
  return {
    async annotate(kind, key, annotations, signal) {
      const patch = { metadata: { annotations } };
      await client.mergePatch(kind.resource, key, patch, { fieldManager, signal }).catch(absent);
    },
  };
}
