import type { JobObject, Jobs, Manifest, PodObject } from "../reconcilers/job-port.ts";
import type { Client, KubeObject, Resource } from "./client.ts";
import { isAlreadyExists, isConflict, isNotFound } from "./errors.ts";

const jobs: Resource = { group: "batch", version: "v1", plural: "jobs", kind: "Job", namespaced: true };
const pods: Resource = { group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true };
const secrets: Resource = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };
const policies: Resource = {
  group: "networking.k8s.io",
  version: "v1",
  plural: "networkpolicies",
  kind: "NetworkPolicy",
  namespaced: true,
};
const resources: Readonly<Record<Manifest["kind"], Resource>> = {
  Job: jobs,
  Secret: secrets,
  NetworkPolicy: policies,
};

/** Jobs of a cluster, written under one manager. Rejects with a KubeError. Give it a fenced client. */
export function jobsOf(client: Client, fieldManager: string): Jobs {
  return {
    job: async (key, signal) => (await found(client.get(jobs, key, { signal }))) as JobObject | undefined,

    async pods({ metadata: { namespace, uid } }, signal) {
      const labelSelector = `batch.kubernetes.io/controller-uid=${uid}`;
      const all: KubeObject[] = [];
      for await (const { items } of client.list(pods, { namespace, labelSelector, signal })) all.push(...items);
      return all as unknown as readonly PodObject[];
    },

    async secret(key, signal) {
      const secret = await found(client.get(secrets, key, { signal }));
      const data = (secret?.["data"] ?? {}) as Readonly<Record<string, string>>;
      const plain = Object.entries(data).map(
        ([name, value]) => [name, Buffer.from(value, "base64").toString()] as const,
      );
      return secret && Object.fromEntries(plain);
    },

    async create(manifest, signal) {
      try {
        await client.create(resources[manifest.kind], manifest, { fieldManager, signal });
        return "created";
      } catch (error) {
        if (isAlreadyExists(error)) return "exists";
        throw error;
      }
    },

    async change({ metadata: { namespace, name, uid, resourceVersion } }, change, signal) {
      const { metadata = {}, ...rest } = change as { metadata?: object };
      const patch = { ...rest, metadata: { ...metadata, uid, resourceVersion } };
      try {
        const after = await client.mergePatch(jobs, { namespace, name }, patch, { fieldManager, signal });
        return after as unknown as JobObject;
      } catch (error) {
        if (isConflict(error) || isNotFound(error)) return "moved";
        throw error;
      }
    },

    async remove({ metadata: { namespace, name, uid } }, signal) {
      try {
        await client.delete(jobs, { namespace, name }, { uid, propagationPolicy: "Background", signal });
      } catch (error) {
        // Another one has the name by now, so this one is gone.
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    },
  };
}

async function found(object: Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await object;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
