import { z } from "zod";

/** Annotation that asks for a reconcile now: any change of its value. Acknowledged in `status.lastHandledReconcileAt`. */
export const requestedAt = "millrace.dev/requestedAt";
/** Annotation of a Forge: when a delivery with a good signature last came in, RFC 3339, written at most once a minute. */
export const lastWebhookAt = "millrace.dev/lastWebhookAt";
/** Finalizer of kinds that have something to clean up outside the cluster. */
export const finalizer = "millrace.dev/finalizer";

/** A DNS subdomain, as Kubernetes names its objects. */
export const Name = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** A node of the graph: a Repository object, or a library in it as `REPOSITORY/LIBRARY`. */
export const NodeName = z
  .string()
  .min(1)
  .max(320)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/);

/** Another object in the same namespace. Nothing refers across namespaces. */
export const Reference = z.object({ name: Name.describe("Name of the object, in the same namespace.") });
export type Reference = z.infer<typeof Reference>;

/** One value in a Secret of the same namespace. */
export const secretRef = (key: string) =>
  z.object({
    name: Name.describe("Name of the Secret, in the same namespace."),
    key: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[-._a-zA-Z0-9]+$/)
      .default(key)
      .describe("Key in the Secret's data."),
  });
export type SecretRef = z.infer<ReturnType<typeof secretRef>>;

/** A length of time as Go writes it: `10m`, `1h30m`, `500ms`. */
export const Duration = z
  .string()
  .max(32)
  .regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/);

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a `Duration`. Throws a TypeError on anything else. */
export function durationMs(text: string): number {
  if (!Duration.safeParse(text).success)
    throw new TypeError(`${JSON.stringify(text)} is not a duration such as 10m or 1h30m`);
  return [...text.matchAll(/([0-9.]+)(ms|s|m|h)/g)].reduce((sum, [, n, unit]) => sum + Number(n) * unitMs[unit!]!, 0);
}

/** A git commit id. */
export const Sha = z
  .string()
  .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
  .max(64);
/** A moment in UTC, RFC 3339. */
export const Time = z.string().meta({ format: "date-time" });

const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
  blockOwnerDeletion: z.boolean().optional(),
});

/** The part of an object's metadata that reconcilers use. */
export const Metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string().optional(),
  generation: z.int().default(0),
  creationTimestamp: z.string().optional(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z.array(OwnerReference).optional(),
});
export type Metadata = z.infer<typeof Metadata>;

export const Condition = z.object({
  type: z.string().max(316).describe("`Ready` always; `Reconciling` or `Stalled` only while true."),
  status: z.enum(["True", "False", "Unknown"]).describe("Whether the condition holds."),
  reason: z.string().max(1024).describe("CamelCase word for why, one of the reasons in the documentation."),
  message: z.string().max(4096).describe("Sentence for people: what is so, and what happens next."),
  observedGeneration: z.int().min(0).optional().describe("Generation of the spec that this is about."),
  lastTransitionTime: Time.describe("When the status last changed."),
});
export type Condition = z.infer<typeof Condition>;

/** What every kind reports. */
export const BaseStatus = z.object({
  observedGeneration: z
    .int()
    .optional()
    .describe("Generation of the spec that this status is about; -1 before the first look."),
  conditions: z
    .array(Condition)
    .max(16)
    .meta({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] })
    .optional()
    .describe("How the object is doing, as kstatus reads it."),
  lastHandledReconcileAt: z
    .string()
    .max(253)
    .optional()
    .describe("Value of the annotation `millrace.dev/requestedAt` that was acted on last."),
});
export type BaseStatus = z.infer<typeof BaseStatus>;

/** The columns that end every table. */
export const commonColumns = [
  { name: "Ready", path: '.status.conditions[?(@.type=="Ready")].status', doc: "Whether the object is as declared." },
  { name: "Status", path: '.status.conditions[?(@.type=="Ready")].message', doc: "What it is doing, or waits for." },
  { name: "Age", path: ".metadata.creationTimestamp", type: "date" },
] as const;
