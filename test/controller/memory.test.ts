import assert from "node:assert/strict";
import { test } from "node:test";
import { FencedError, fenced } from "../../src/controller/fence.ts";
import { memoryOf } from "../../src/controller/memory.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeCluster, refusal } from "../support/fake-cluster.ts";

const configMaps = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const { signal } = new AbortController();
const remembering = () => {
  const cluster = new FakeCluster(new FakeClock());
  return { cluster, memory: memoryOf(cluster.client(), "millrace-system", "millrace-controller") };
};

test("what is kept is there for the next process, under names that Kubernetes would not take", async () => {
  const { cluster, memory } = remembering();
  await memory.save("Quota of fleet/GitHub", "one", signal);
  await memory.save("Quota of fleet/Gitea", "two", signal);
  await memory.save("Quota of fleet/GitHub", "three", signal);
  const later = memoryOf(cluster.client(), "millrace-system", "millrace-controller");
  assert.equal(await later.load("Quota of fleet/GitHub", signal), "three");
  assert.equal(await later.load("Quota of fleet/Gitea", signal), "two");
  const names = cluster.all(configMaps).map(({ metadata }) => metadata.name);
  assert.equal(names.length, 2);
  for (const name of names) assert.match(name, /^millrace-memory-[0-9a-f]{16}$/);
});

test("what was never kept is undefined, and an API server that fails is an error", async () => {
  const { cluster, memory } = remembering();
  assert.equal(await memory.load("nothing", signal), undefined);
  cluster.fail = () => refusal(403, "Forbidden", "not yours");
  await assert.rejects(memory.load("nothing", signal), /not yours/);
  await assert.rejects(memory.save("nothing", "text", signal), /not yours/);
});

test("16 KiB are kept and not a byte more", async () => {
  const { memory } = remembering();
  await memory.save("large", "x".repeat(16 * 1024), signal);
  await assert.rejects(memory.save("large", `ä${"x".repeat(16 * 1024 - 1)}`, signal), RangeError);
});

test("over a fenced client it is read always and written only while that may be", async () => {
  const { cluster, memory } = remembering();
  await memory.save("mine", "text", signal);
  const follower = memoryOf(
    fenced(cluster.client(), () => false),
    "millrace-system",
    "millrace-controller",
  );
  assert.equal(await follower.load("mine", signal), "text");
  await assert.rejects(follower.save("mine", "other", signal), FencedError);
});
