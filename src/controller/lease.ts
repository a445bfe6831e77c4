import type { Client, KubeObject, Resource, WantedObject } from "./client.ts";
import { isNotFound } from "./errors.ts";
import { microTime } from "./event-object.ts";

export const leaseResource: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};

/** The fields of a Lease that elections use. Times are RFC 3339 with microseconds. */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** A lease as the server gave it, with the version that the next write must name. */
export interface Lease {
  readonly spec: LeaseSpec;
  readonly resourceVersion: string;
}

/** One Lease at the API server. Every write names the version it follows on, so of two writers one gets a conflict. */
export class LeaseStore {
  readonly #client: Client;
  readonly #key: { readonly namespace: string; readonly name: string };

  constructor(client: Client, key: { readonly namespace: string; readonly name: string }) {
    this.#client = client;
    this.#key = key;
  }

  /** Undefined when there is none yet. */
  async read(signal: AbortSignal): Promise<Lease | undefined> {
    try {
      return leaseOf(await this.#client.get(leaseResource, this.#key, { signal }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Rejects with a conflict, or that it exists already, when somebody was faster. */
  async write(spec: LeaseSpec, before: Lease | undefined, signal: AbortSignal): Promise<Lease> {
    const metadata = { ...this.#key, ...(before && { resourceVersion: before.resourceVersion }) };
    const lease: WantedObject = { metadata, spec };
    const write = before ? this.#client.update : this.#client.create;
    return leaseOf(await write.call(this.#client, leaseResource, lease, { signal }));
  }
}

const leaseOf = (object: KubeObject): Lease => ({
  spec: (object["spec"] ?? {}) as LeaseSpec,
  resourceVersion: object.metadata.resourceVersion,
});

/** What a lease says once this identity holds it, from `now`. A new holder counts as a transition. */
export function held(identity: string, now: Date, durationMs: number, before: LeaseSpec | undefined): LeaseSpec {
  const mine = before?.holderIdentity === identity;
  const moment = microTime(now);
  const transitions = before?.leaseTransitions ?? 0;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1_000),
    acquireTime: mine ? (before.acquireTime ?? moment) : moment,
    renewTime: moment,
    leaseTransitions: mine || !before ? transitions : transitions + 1,
  };
}

/** What a lease says that nobody holds: the next candidate who looks may take it. */
export function released(now: Date, before: LeaseSpec): LeaseSpec {
  const moment = microTime(now);
  const { leaseTransitions = 0 } = before;
  return { holderIdentity: "", leaseDurationSeconds: 1, acquireTime: moment, renewTime: moment, leaseTransitions };
}
