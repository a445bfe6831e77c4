import type { Run } from "../../reconcilers/runner-port.ts";

/** Where pods reach the gateway, and what a NetworkPolicy can say about it. */
export interface GatewayWay {
  /** As pods ask for it: `http://millrace-runs.millrace-system.svc:80`. No slash at the end. */
  readonly url: string;
  /** Its address now. Pods get the name in their hosts file, so that they need no name server. */
  readonly address: string;
  /** The pods behind it, since most network plug-ins look at the packet after the Service. Undefined outside of a cluster. */
  readonly pods: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> } | undefined;
}

/** What the pods of an installation are given beside what a run asks for; fields of a PodSpec. */
export interface Placement {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly object[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly priorityClassName?: string | undefined;
  readonly runtimeClassName?: string | undefined;
}

/** All that a run's objects are made of. */
export interface Blueprint {
  readonly run: Run;
  /** The image that it runs in, by digest. */
  readonly commandImage: string;
  /** Our own, which fetches and delivers. */
  readonly image: string;
  readonly gateway: GatewayWay;
  readonly placement: Placement;
  /** Name of the Secret with the tickets, and of the NetworkPolicy. */
  readonly attempt: string;
  readonly timeMs: number;
}

/** How long a run may wait for a node, for its image, or for anything else that it needs to go on: its time limit, within bounds. */
export const patienceMs = (timeMs: number): number => Math.min(Math.max(timeMs, 30_000), 10 * 60_000);

/** What a pod may take beside its command: pulling images, fetching, delivering. The kubelet stops it after that. */
export const slackMs = 5 * 60_000;

/** MiB of what is fetched at most, in files. */
export const sourceMiB = 4_096;

/** MiB that a command may leave outside of the repository: in HOME and in TMPDIR, each. */
export const scratchMiB = 1_024;
