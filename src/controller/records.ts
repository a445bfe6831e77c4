import { labelOf, partKey, runLabel, segmentOf, specOf } from "../reconcilers/ledger/part.ts";
import type { Records, StoredSegment } from "../reconcilers/ports.ts";
import { RunRecord } from "../schema/run-record.ts";
import type { Client } from "./client.ts";
import { isAlreadyExists, isConflict, isNotFound, KubeError } from "./errors.ts";
import { parseObject } from "./parse.ts";

/**
 * Records of runs as RunRecord objects, one for each part. What is written replaces just what was read: the API server compares the
 * resource version. Rejects with a KubeError.
 */
export function recordsOf(client: Client, fieldManager: string): Records {
  return {
    async read(namespace, run, signal) {
      const parts: StoredSegment[] = [];
      const labelSelector = `${runLabel}=${labelOf(run)}`;
      for await (const { items } of client.list(RunRecord.resource, { namespace, labelSelector, signal })) {
        for (const item of items) {
          const parsed = parseObject(RunRecord, item);
          if (parsed.is === "invalid")
            throw new TypeError(`RunRecord ${item.metadata.name}: ${parsed.finding.message}`);
          parts.push(segmentOf(parsed.object as RunRecord));
        }
      }
      return parts.filter((part) => part.run === run).sort((a, b) => a.index - b.index);
    },

    async write(namespace, segment, seen, signal) {
      const key = partKey(namespace, segment.run, segment.index);
      const spec = specOf(segment);
      try {
        if (seen === undefined) {
          const labels = { "app.kubernetes.io/part-of": "millrace", [runLabel]: labelOf(segment.run) };
          await client.create(RunRecord.resource, { metadata: { ...key, labels }, spec }, { fieldManager, signal });
        } else {
          const patch = {
            metadata: { resourceVersion: seen },
            spec: { entries: spec.entries, isClosed: spec.isClosed },
          };
          await client.mergePatch(RunRecord.resource, key, patch, { fieldManager, signal });
        }
        return "done";
      } catch (error) {
        if (isOvertaken(error)) return "moved";
        throw error;
      }
    },
  };
}

/** Also where an answer was lost and the write was done: what is read next says so. */
const isOvertaken = (error: unknown): boolean =>
  error instanceof KubeError && (isConflict(error) || isAlreadyExists(error) || isNotFound(error));
