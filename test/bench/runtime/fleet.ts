import { createHash } from "node:crypto";
import { z } from "zod";
import type { Client, Resource, WantedObject } from "../../../src/controller/client.ts";
import { isAlreadyExists } from "../../../src/controller/errors.ts";
import { defineKind } from "../../../src/schema/kind.ts";
import { BaseStatus } from "../../../src/schema/object.ts";

/** The objects that are measured: the same for everybody, of 2 kB as the API server gives them. */
export const namespace = "bench";
export const repositories: Resource = {
  group: "bench.millrace.dev",
  version: "v1alpha1",
  plural: "repositories",
  kind: "Repository",
  namespaced: true,
};
const apiVersion = "bench.millrace.dev/v1alpha1";

const declared = defineKind({
  kind: "Repository",
  plural: "repositories",
  shortNames: [],
  doc: "A repository that depends on eight others.",
  spec: z.object({
    owner: z.string(),
    name: z.string(),
    branch: z.string(),
    dependsOn: z.array(z.object({ name: z.string(), kind: z.string(), version: z.string() })).default([]),
  }),
  status: BaseStatus.extend({ head: z.string().optional() }),
  columns: [],
});

/** The kind as our controller sees it. */
export const BenchRepository = {
  ...declared,
  resource: repositories,
  object: declared.object.extend({ apiVersion: z.literal(apiVersion) as never }),
};

const text = { type: "string" };
const dependency = { type: "object", required: ["name"], properties: { name: text, kind: text, version: text } };
const whole = { type: "integer", format: "int64" };
const condition = {
  type: "object",
  required: ["type", "status", "lastTransitionTime", "reason", "message"],
  properties: {
    type: text,
    status: { ...text, enum: ["True", "False", "Unknown"] },
    observedGeneration: whole,
    lastTransitionTime: { ...text, format: "date-time" },
    reason: text,
    message: text,
  },
};
const spec = {
  type: "object",
  required: ["owner", "name", "branch"],
  properties: { owner: text, name: text, branch: text, dependsOn: { type: "array", items: dependency } },
};
const conditions = {
  type: "array",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
  items: condition,
};
const status = { type: "object", properties: { observedGeneration: whole, head: text, conditions } };
const properties = { apiVersion: text, kind: text, metadata: { type: "object" }, spec, status };

/** What makes a server serve them. */
export const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "repositories.bench.millrace.dev" },
  spec: {
    group: "bench.millrace.dev",
    scope: "Namespaced",
    names: { kind: "Repository", listKind: "RepositoryList", plural: "repositories", singular: "repository" },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", properties } },
      },
    ],
  },
};

const digits = (value: number, width: number): string => String(value).padStart(width, "0");
export const nameOf = (index: number): string => `repo-${digits(index, 5)}`;

/** The head that a run brings an object to. */
export const headOf = (run: string, name: string): string => createHash("sha1").update(`${run}/${name}`).digest("hex");
export const messageOf = (head: string): string => `Repository is in sync at ${head}`;

function repository(index: number): WantedObject {
  return {
    metadata: {
      namespace,
      name: nameOf(index),
      labels: {
        "app.kubernetes.io/name": `service-${digits(index, 5)}`,
        "app.kubernetes.io/part-of": `system-${digits(index % 100, 3)}`,
      },
    },
    spec: {
      owner: `team-${digits(index % 50, 2)}`,
      name: `service-${digits(index, 5)}`,
      branch: "main",
      dependsOn: Array.from({ length: 8 }, (_, place) => ({
        name: `library-${digits((index * 7 + place * 13) % 10_000, 5)}`,
        kind: "Repository",
        version: `^${place}.${index % 20}.0`,
      })),
    },
  };
}

const statusOf = (name: string, now: Date): object => {
  const head = headOf("seed", name);
  const how = { type: "Ready", status: "True", reason: "Succeeded", message: messageOf(head), observedGeneration: 1 };
  const lastTransitionTime = now.toISOString().replace(/\.\d+/, "");
  return { observedGeneration: 1, head, conditions: [{ ...how, lastTransitionTime }] };
};

const namespaces: Resource = { group: "", version: "v1", plural: "namespaces", kind: "Namespace", namespaced: false };

/** Creates the namespace and the objects, each with a status. Takes half a minute against a real server. */
export async function seed(client: Client, count: number): Promise<void> {
  await client.create(namespaces, { metadata: { name: namespace } }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  const now = new Date();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const object = repository(next++);
      const created = await client.create(repositories, object, { fieldManager: "bench" });
      const { managedFields: _, ...metadata } = created.metadata as typeof created.metadata & {
        managedFields?: unknown;
      };
      const reported = { ...created, metadata, status: statusOf(object.metadata.name, now) };
      await client.update(repositories, reported, { fieldManager: "bench", subresource: "status" });
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
}
