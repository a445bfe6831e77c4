import assert from "node:assert/strict";
import type { JobObject, Jobs, Manifest, PodObject } from "../../src/reconcilers/job-port.ts";
import type { FakeClock } from "../support/clock.ts";

type Mutable = Record<string, unknown> & { metadata: Record<string, unknown> };

/** Jobs in memory, with the API server's rules for names, versions and owners. Pods are what a test says they are. */
export class FakeJobs implements Jobs {
  readonly objects = new Map<string, Mutable>();
  /** Pods by the name of their Job. */
  readonly podsOf = new Map<string, PodObject[]>();
  readonly clock: FakeClock;
  /** Asked before each call; may throw. */
  fail: (verb: string) => void = () => undefined;
  /** Reads of Secrets. */
  secretReads = 0;
  #version = 0;

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  /** The only object of a kind. */
  only(kind: Manifest["kind"]): Mutable {
    const found = [...this.objects].filter(([key]) => key.startsWith(`${kind}/`));
    assert.equal(found.length, 1, `${kind}: ${found.map(([key]) => key)}`);
    return found[0]![1];
  }

  /** Changes the only Job as its controller would. */
  turn(status: JobObject["status"]): void {
    const job = this.only("Job");
    job["status"] = status;
    this.#touch(job);
  }

  async job({ namespace, name }: { namespace: string; name: string }): Promise<JobObject | undefined> {
    this.fail("get");
    const job = this.objects.get(`Job/${namespace}/${name}`);
    return job && (structuredClone(job) as unknown as JobObject);
  }

  async pods({ metadata: { name } }: JobObject): Promise<readonly PodObject[]> {
    this.fail("list");
    return this.podsOf.get(name) ?? [];
  }

  async secret({ namespace, name }: { namespace: string; name: string }) {
    this.secretReads++;
    return this.objects.get(`Secret/${namespace}/${name}`)?.["stringData"] as Record<string, string> | undefined;
  }

  async create(manifest: Manifest): Promise<"created" | "exists"> {
    this.fail(`create ${manifest.kind}`);
    const { kind, metadata } = manifest;
    const key = `${kind}/${metadata.namespace}/${metadata.name}`;
    if (this.objects.has(key)) return "exists";
    const object = structuredClone(manifest) as unknown as Mutable;
    Object.assign(object.metadata, {
      uid: `uid-${++this.#version}`,
      creationTimestamp: this.clock.now().toISOString(),
    });
    this.#touch(object);
    this.objects.set(key, object);
    return "created";
  }

  async change(job: JobObject, change: object): Promise<JobObject | "moved"> {
    this.fail("change");
    const { namespace = "", name, uid, resourceVersion } = job.metadata;
    const kept = this.objects.get(`Job/${namespace}/${name}`);
    if (kept?.metadata["uid"] !== uid || kept.metadata["resourceVersion"] !== resourceVersion) return "moved";
    const { metadata, spec } = change as { metadata?: { annotations: object }; spec?: { suspend?: boolean } };
    Object.assign(kept.metadata["annotations"] as object, metadata?.annotations);
    Object.assign(kept["spec"] as object, spec);
    if (spec?.suspend === false) kept["status"] = { startTime: this.clock.now().toISOString() };
    this.#touch(kept);
    return structuredClone(kept) as unknown as JobObject;
  }

  async remove({ metadata: { namespace, name, uid } }: JobObject): Promise<void> {
    this.fail("delete");
    if (this.objects.get(`Job/${namespace}/${name}`)?.metadata["uid"] !== uid) return;
    this.objects.delete(`Job/${namespace}/${name}`);
    this.podsOf.delete(name);
    for (const [key, { metadata }] of this.objects) {
      const owners = metadata["ownerReferences"] as { uid: string }[];
      if (owners.some((each) => each.uid === uid)) this.objects.delete(key);
    }
  }

  #touch({ metadata }: Mutable): void {
    metadata["resourceVersion"] = String(++this.#version);
  }
}
