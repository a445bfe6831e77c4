/**
 * What running commands as Jobs needs from Kubernetes, and what the gateway needs from it. Objects are as the API server
 * gives them, reduced to what is read. Everything that waits takes an AbortSignal; absence is `undefined`.
 */
import type { Key } from "./ports.ts";

/** RFC 3339. */
type Instant = string;

interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: Instant;
  readonly deletionTimestamp?: Instant;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly uid: string }[];
}

export interface ObjectCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: Instant;
}

export interface JobObject {
  readonly metadata: Meta;
  readonly spec: { readonly suspend?: boolean; readonly activeDeadlineSeconds?: number };
  readonly status?: { readonly startTime?: Instant; readonly conditions?: readonly ObjectCondition[] };
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt: Instant };
    readonly terminated?: {
      readonly exitCode: number;
      readonly signal?: number;
      readonly reason?: string;
      readonly message?: string;
      readonly startedAt?: Instant;
      readonly finishedAt?: Instant;
    };
  };
}

export interface PodObject {
  readonly metadata: Meta;
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly startTime?: Instant;
    readonly conditions?: readonly ObjectCondition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** An object to create: a Job, a Secret or a NetworkPolicy. */
export interface Manifest {
  readonly kind: "Job" | "Secret" | "NetworkPolicy";
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Jobs and what belongs to them, read past every cache. Whatever the API server refuses rejects. */
export interface Jobs {
  job(key: Key, signal: AbortSignal): Promise<JobObject | undefined>;
  /** Pods of one Job; those of an earlier one with its name are not among them. */
  pods(job: JobObject, signal: AbortSignal): Promise<readonly PodObject[]>;
  /** All values of a Secret. */
  secret(key: Key, signal: AbortSignal): Promise<Readonly<Record<string, string>> | undefined>;
  /** `exists` when the name is taken, by whatever it is. */
  create(manifest: Manifest, signal: AbortSignal): Promise<"created" | "exists">;
  /** Merges `change` into the Job as it was read; `moved` when it is not that any more, or is gone. */
  change(job: JobObject, change: object, signal: AbortSignal): Promise<JobObject | "moved">;
  /** Deletes this very Job, and by garbage collection all that it owns. Does nothing when it is gone. */
  remove(job: JobObject, signal: AbortSignal): Promise<void>;
}

/** - `unknown`: there is no such run, or the ticket is not its own. Nobody learns which
 *  - `used`: the ticket has done its work, or the run is over
 *  - `elsewhere`: another replica has to answer; try again
 *  - `tooLarge`, `malformed`: about what was sent
 */
export type DeskRefusal = "unknown" | "used" | "elsewhere" | "tooLarge" | "malformed";

export interface Handover {
  readonly id: string;
  readonly ticket: string;
}

/** Where pods fetch the files that their run begins with, and hand in what came of it; each with a ticket that works once. */
export interface RunDesk {
  /** The files as a tar. The ticket is marked as used before the first byte. */
  source(
    handover: Handover,
    signal: AbortSignal,
  ): Promise<
    | { readonly is: "given"; readonly body: AsyncIterable<Uint8Array> }
    | { readonly is: "refused"; readonly why: DeskRefusal }
  >;
  /** Takes the result; nothing of `body` is read before the ticket is accepted. `sha256` is in hex, of the whole body. */
  result(
    handover: Handover & { readonly sha256: string },
    body: () => AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ readonly is: "taken" } | { readonly is: "refused"; readonly why: DeskRefusal }>;
}
