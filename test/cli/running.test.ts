import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerOf } from "../../src/cli/running.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { FencedError } from "../../src/controller/fence.ts";
import { runOf } from "../runner/job-fixture.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { memoryLog } from "../support/fake-controller.ts";

const { signal } = new AbortController();
const asJobs = {
  MILLRACE_RUNNER: "job",
  MILLRACE_RUNNER_IMAGE: "registry.example/millrace:1",
  MILLRACE_RUNS_URL: "http://127.0.0.1/",
  MILLRACE_RUNS_PODS: "system/app.kubernetes.io/name=millrace,app.kubernetes.io/instance=one",
  MILLRACE_RUNNER_POD: '{"nodeSelector":{"pool":"runs"},"runtimeClassName":"gvisor"}',
};

function running(env: Record<string, string>, mayWrite = true) {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock);
  const settings = readSettings({ env, options: {} });
  const environment = { settings, clock, log: memoryLog().log, path: "" };
  const parts = { client: cluster.client(), git: {} as never, marker: {} as never, fieldManager: "m" };
  return { cluster, ...runnerOf(environment, { ...parts, mayWrite: () => mayWrite }) };
}

const manifests = ({ cluster }: ReturnType<typeof running>, plural: string, group: string, kind: string) =>
  cluster.all({ group, version: "v1", plural, kind, namespaced: true });

test("no commands run where they are off, and nothing listens for them", () => {
  const { runner, servers } = running({ MILLRACE_RUNNER: "off" });
  assert.deepEqual([runner, servers], [undefined, []]);
});

test("Jobs want an image and an address, and are refused without", () => {
  for (const missing of ["MILLRACE_RUNNER_IMAGE", "MILLRACE_RUNS_URL"] as const) {
    const { [missing]: _, ...env } = asJobs;
    assert.throws(() => running(env), { name: "CommandError", message: new RegExp(missing) });
  }
});

test("the settings of Jobs reach the Job and its NetworkPolicy", async () => {
  const world = running(asJobs);
  assert.deepEqual(
    world.servers.map(({ name }) => name),
    ["runs"],
  );
  assert.equal((await world.runner!.look(runOf(), signal)).is, "pending");
  const [job] = manifests(world, "jobs", "batch", "Job");
  const { template } = job!["spec"] as { template: { spec: Record<string, unknown> } };
  assert.deepEqual(template.spec["nodeSelector"], { pool: "runs" });
  assert.equal(template.spec["runtimeClassName"], "gvisor");
  const [fetch] = template.spec["initContainers"] as { image: string; args: string[] }[];
  assert.equal(fetch!.image, "registry.example/millrace:1");
  assert.ok(fetch!.args.includes(`--url=http://127.0.0.1/runs/${runOf().id}/source`), `${fetch!.args}`);
  const [policy] = manifests(world, "networkpolicies", "networking.k8s.io", "NetworkPolicy");
  assert.match(JSON.stringify(policy!["spec"]), /"app.kubernetes.io\/instance":"one"/);
  assert.match(JSON.stringify(policy!["spec"]), /"kubernetes.io\/metadata.name":"system"/);
});

test("a process that does not lead starts nothing", async () => {
  const world = running(asJobs, false);
  await assert.rejects(world.runner!.look(runOf(), signal), FencedError);
  assert.deepEqual(world.cluster.writes, []);
});

test("settings that cannot be are refused by name", () => {
  for (const [name, value] of [
    ["MILLRACE_RUNNER", "docker"],
    ["MILLRACE_RUNNER_POD", "{"],
    ["MILLRACE_RUNNER_POD", '{"hostNetwork":true}'],
    ["MILLRACE_RUNS", "9393"],
    ["MILLRACE_RUNS_URL", "ftp://runs"],
    ["MILLRACE_RUNS_PODS", "system"],
  ] as const) {
    assert.throws(() => running({ ...asJobs, [name]: value }), new RegExp(name), `${name}=${value}`);
  }
});
