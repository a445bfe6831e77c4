import { isRecord, type KubeObject } from "../object.ts";
import type { Behaviour } from "../resource/resource.ts";

type Json = Record<string, unknown>;

/** Sets what is absent. */
function fill(target: Json, defaults: Json): void {
  for (const [key, value] of Object.entries(defaults)) target[key] ??= value;
}

const recordAt = (object: Json, key: string): Json => {
  if (!isRecord(object[key])) object[key] = {};
  return object[key] as Json;
};
const recordsAt = (object: Json, key: string): Json[] =>
  Array.isArray(object[key]) ? object[key].filter((each) => isRecord(each)) : [];

/** The defaults of a pod, as the API server sets them. */
function fillPod(pod: Json, restartPolicy: string): void {
  fill(pod, {
    dnsPolicy: "ClusterFirst",
    restartPolicy,
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  for (const container of [...recordsAt(pod, "initContainers"), ...recordsAt(pod, "containers")]) {
    fill(container, {
      imagePullPolicy: pullPolicy(String(container["image"] ?? "")),
      resources: {},
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
    });
    for (const port of recordsAt(container, "ports")) fill(port, { protocol: "TCP" });
    for (const key of ["livenessProbe", "readinessProbe", "startupProbe"]) {
      if (isRecord(container[key])) fillProbe(container[key]);
    }
  }
}

function fillProbe(probe: Json): void {
  fill(probe, { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 });
  if (isRecord(probe["httpGet"])) fill(probe["httpGet"], { path: "/", scheme: "HTTP" });
}

/** A tag that moves is asked for each time. */
function pullPolicy(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:(?<tag>[^/:]+)$/.exec(image)?.groups?.["tag"] ?? "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

const templateOf = (spec: Json): Json => recordAt(recordAt(spec, "template"), "spec");

export const podBehaviour: Behaviour = {
  prepare(pod, before) {
    fillPod(recordAt(pod, "spec"), "Always");
    if (before === undefined) pod["status"] = { phase: "Pending" };
  },
};

export const deploymentBehaviour: Behaviour = {
  prepare(deployment, before) {
    const spec = recordAt(deployment, "spec");
    fill(spec, { progressDeadlineSeconds: 600, replicas: 1, revisionHistoryLimit: 10 });
    const strategy = recordAt(spec, "strategy");
    fill(strategy, { type: "RollingUpdate" });
    if (strategy["type"] === "RollingUpdate") {
      fill(recordAt(strategy, "rollingUpdate"), { maxSurge: "25%", maxUnavailable: "25%" });
    }
    fillPod(templateOf(spec), "Always");
    if (before === undefined) deployment["status"] = {};
  },
};

export const jobBehaviour: Behaviour = {
  prepare(job, before) {
    const spec = recordAt(job, "spec");
    fill(spec, {
      backoffLimit: 6,
      completionMode: "NonIndexed",
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: "TerminatingOrFailed",
      suspend: false,
    });
    if (before === undefined) {
      nameJobPods(job, spec);
      job["status"] = {};
    }
    fillPod(templateOf(spec), "Always");
  },
};

/** Pods of a job are found by labels that only it has. */
function nameJobPods({ metadata }: KubeObject, spec: Json): void {
  const labels = {
    "batch.kubernetes.io/controller-uid": metadata.uid ?? "",
    "batch.kubernetes.io/job-name": metadata.name ?? "",
    "controller-uid": metadata.uid ?? "",
    "job-name": metadata.name ?? "",
  };
  if (spec["manualSelector"] === true) return;
  spec["selector"] ??= { matchLabels: { "batch.kubernetes.io/controller-uid": metadata.uid } };
  const template = recordAt(recordAt(spec, "template"), "metadata");
  template["labels"] = { ...(isRecord(template["labels"]) ? template["labels"] : {}), ...labels };
  // A real server takes the labels of a job without its own from its pods.
  metadata.labels ??= { ...(template["labels"] as Record<string, string>) };
}

export const serviceBehaviour: Behaviour = {
  prepare(service, before) {
    const spec = recordAt(service, "spec");
    fill(spec, { sessionAffinity: "None", type: "ClusterIP" });
    if (spec["type"] !== "ExternalName") fill(spec, { internalTrafficPolicy: "Cluster" });
    for (const port of recordsAt(spec, "ports")) fill(port, { protocol: "TCP", targetPort: port["port"] });
    if (before === undefined) service["status"] = { loadBalancer: {} };
  },
};
