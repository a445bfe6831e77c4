import type { JobObject, Manifest } from "../../reconcilers/job-port.ts";
import { apiVersion } from "../../schema/kind.ts";
import { type Blueprint, patienceMs, slackMs } from "./blueprint.ts";
import { annotation, containers, jobKeyOf, runLabel } from "./name.ts";
import { podSpecOf } from "./pod.ts";
import type { Tickets } from "./ticket.ts";

const labelsOf = ({ run }: Blueprint) => ({
  [runLabel]: run.id,
  "app.kubernetes.io/part-of": "millrace",
  "app.kubernetes.io/component": "run",
});

/**
 * The Job of a run. It is suspended: nothing runs before its tickets and its NetworkPolicy are there. It goes with its
 * ChangeProposal, and everything else goes with it. No time to live: it is the record that the run has been.
 */
export function jobManifest(blueprint: Blueprint): Manifest {
  const { run, timeMs, attempt } = blueprint;
  const labels = labelsOf(blueprint);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...jobKeyOf(run),
      labels,
      annotations: { [annotation.tickets]: attempt },
      ownerReferences: [
        { apiVersion, kind: "ChangeProposal", name: run.owner.name, uid: run.owner.uid, controller: true },
      ],
    },
    spec: {
      suspend: true,
      parallelism: 1,
      completions: 1,
      backoffLimit: 0,
      // Whatever happens to the controller: nothing of ours stays for longer than this.
      activeDeadlineSeconds: Math.ceil((patienceMs(timeMs) + timeMs + 2 * slackMs) / 1_000),
      template: {
        metadata: { labels, annotations: { "kubectl.kubernetes.io/default-container": containers.command } },
        spec: podSpecOf(blueprint),
      },
    },
  };
}

const ownedBy = ({ metadata: { name, uid } }: JobObject) => [{ apiVersion: "batch/v1", kind: "Job", name, uid }];

/** The tickets of a Job: written once, and nobody changes them afterwards. */
export function secretManifest(job: JobObject, blueprint: Blueprint, tickets: Tickets): Manifest {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      namespace: blueprint.run.owner.namespace,
      name: blueprint.attempt,
      labels: labelsOf(blueprint),
      ownerReferences: ownedBy(job),
    },
    type: "Opaque",
    immutable: true,
    stringData: { ...tickets },
  };
}

/** Nobody reaches the pod; it reaches nothing but the gateway, unless the network is open to it. */
export function policyManifest(job: JobObject, blueprint: Blueprint): Manifest {
  const { run, attempt } = blueprint;
  const closed = run.wish.network === "None";
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      namespace: run.owner.namespace,
      name: attempt,
      labels: labelsOf(blueprint),
      ownerReferences: ownedBy(job),
    },
    spec: {
      podSelector: { matchLabels: { [runLabel]: run.id } },
      policyTypes: closed ? ["Ingress", "Egress"] : ["Ingress"],
      ingress: [],
      ...(closed && { egress: [{ to: gatewayPeers(blueprint) }] }),
    },
  };
}

/** The gateway before and behind its Service: which of the two a network plug-in looks at differs. */
function gatewayPeers({ gateway: { address, pods } }: Blueprint): readonly object[] {
  const block = { ipBlock: { cidr: `${address}/${address.includes(":") ? 128 : 32}` } };
  if (!pods) return [block];
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": pods.namespace } };
  return [block, { namespaceSelector, podSelector: { matchLabels: pods.labels } }];
}

/** How a run is kept apart, in words. What a NetworkPolicy is worth is the cluster's to say, so we do. */
export function isolationOf({ run }: Pick<Blueprint, "run">): string {
  const pod = "pod of a Job: user 65532, read-only root, no capabilities, seccomp RuntimeDefault, no service account";
  const network =
    run.wish.network === "Open"
      ? "network open"
      : "no name server, and a NetworkPolicy that allows nothing but the gateway, as far as the cluster's network plug-in enforces it";
  return `${pod}; ${network}`;
}
