import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client, Resource } from "../../src/controller/client.ts";
import { jobsOf } from "../../src/controller/jobs.ts";
import type { Manifest } from "../../src/reconcilers/job-port.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeCluster, refusal } from "../support/fake-cluster.ts";

const { signal } = new AbortController();
const key = { namespace: "fleet", name: "millrace-run-1" };
const manifest: Manifest = { kind: "Job", metadata: { ...key, annotations: {} }, spec: { suspend: true } };
const batch: Resource = { group: "batch", version: "v1", plural: "jobs", kind: "Job", namespaced: true };
const world = () => {
  const cluster = new FakeCluster(new FakeClock());
  return { cluster, jobs: jobsOf(cluster.client(), "millrace-controller") };
};

test("a Job is made once, whoever asks, and read as it is", async () => {
  const { jobs } = world();
  assert.equal(await jobs.job(key, signal), undefined);
  assert.equal(await jobs.create(manifest, signal), "created");
  assert.equal(await jobs.create(manifest, signal), "exists");
  assert.equal((await jobs.job(key, signal))?.spec.suspend, true);
});

test("a refusal is an error, and no answer either", async () => {
  const { jobs, cluster } = world();
  cluster.fail = () => refusal(403, "Forbidden", "exceeded quota");
  await assert.rejects(jobs.create(manifest, signal), /exceeded quota/);
  await assert.rejects(jobs.job(key, signal), /exceeded quota/);
});

test("a Job is changed as it was read, and one that moved or went is told so", async () => {
  const { jobs, cluster } = world();
  await jobs.create(manifest, signal);
  const job = (await jobs.job(key, signal))!;
  const patches: object[] = [];
  const client: Client = {
    ...cluster.client(),
    mergePatch: async (_, __, patch) => {
      patches.push(patch);
      throw patches.length === 1 ? refusal(409, "Conflict", "changed") : refusal(404, "NotFound", "gone");
    },
  };
  const strict = jobsOf(client, "m");
  assert.equal(await strict.change(job, { metadata: { annotations: { a: "b" } } }, signal), "moved");
  assert.equal(await strict.change(job, { spec: { suspend: false } }, signal), "moved");
  const { uid, resourceVersion } = job.metadata;
  assert.deepEqual(patches, [
    { metadata: { annotations: { a: "b" }, uid, resourceVersion } },
    { spec: { suspend: false }, metadata: { uid, resourceVersion } },
  ]);
});

test("this very Job is deleted, with what it owns, and nothing when it is gone", async () => {
  const { jobs, cluster } = world();
  await jobs.create(manifest, signal);
  const job = (await jobs.job(key, signal))!;
  const asked: object[] = [];
  const watching = jobsOf(
    {
      ...cluster.client(),
      delete: async (_, __, { uid, propagationPolicy } = {}) => void asked.push({ uid, propagationPolicy }),
    },
    "m",
  );
  await watching.remove(job, signal);
  assert.deepEqual(asked, [{ uid: job.metadata.uid, propagationPolicy: "Background" }]);
  await jobs.remove(job, signal);
  await jobs.remove(job, signal);
  assert.deepEqual(cluster.all(batch), []);
});

test("pods are those of this Job, from all pages, and a Secret's values are plain", async () => {
  const { jobs, cluster } = world();
  await jobs.create(manifest, signal);
  const job = (await jobs.job(key, signal))!;
  let asked: object = {};
  const client = {
    ...cluster.client(),
    get: async () => ({ data: { source: Buffer.from("ticket").toString("base64") } }),
    async *list(resource: Resource, options: object) {
      asked = { plural: resource.plural, ...options };
      yield { items: [{ metadata: { name: "a" } }] };
      yield { items: [{ metadata: { name: "b" } }] };
    },
  } as unknown as Client;
  const pods = await jobsOf(client, "m").pods(job, signal);
  assert.deepEqual(
    pods.map(({ metadata }) => metadata.name),
    ["a", "b"],
  );
  const labelSelector = `batch.kubernetes.io/controller-uid=${job.metadata.uid}`;
  assert.deepEqual(asked, { plural: "pods", namespace: "fleet", labelSelector, signal });
  assert.deepEqual(await jobsOf(client, "m").secret(key, signal), { source: "ticket" });
});
