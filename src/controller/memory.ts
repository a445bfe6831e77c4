import { createHash } from "node:crypto";
import type { Memory } from "../reconcilers/ports.ts";
import type { Client, Resource } from "./client.ts";
import { isNotFound } from "./errors.ts";

const configMaps: Resource = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };

/** More than this is not kept: an object stays small, and one patch is one write of a few KiB. */
const maxBytes = 16 * 1024;

/** For people: what is kept in a ConfigMap whose name is a digest. */
const nameAnnotation = "millrace.dev/memory";

/**
 * Memory in ConfigMaps of one namespace, one for each name, called `millrace-memory-` and a digest of the name: names may
 * hold what a Kubernetes name may not. Loading reads from the API server, past every cache. Rejects with a KubeError;
 * saving more than 16 KiB is a RangeError.
 */
export function memoryOf(client: Client, namespace: string, fieldManager: string): Memory {
  return {
    async load(name, signal) {
      try {
        const stored = await client.get(configMaps, { namespace, name: objectNameOf(name) }, { signal });
        return (stored["data"] as Readonly<Record<string, string>> | undefined)?.["text"];
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async save(name, text, signal) {
      const size = Buffer.byteLength(text);
      if (size > maxBytes)
        throw new RangeError(`${name}: ${size} bytes are to be kept, and at most ${maxBytes} may be`);
      const metadata = {
        namespace,
        name: objectNameOf(name),
        labels: { "app.kubernetes.io/part-of": "millrace" },
        annotations: { [nameAnnotation]: name },
      };
      await client.apply(configMaps, { metadata, data: { text } }, { fieldManager, force: true, signal });
    },
  };
}

const objectNameOf = (name: string): string =>
  `millrace-memory-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
