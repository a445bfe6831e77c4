import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JobObject } from "../../src/reconcilers/job-port.ts";
import type { Blueprint } from "../../src/runner/job/blueprint.ts";
import { isolationOf, jobManifest, policyManifest, secretManifest } from "../../src/runner/job/manifest.ts";
import type { RunChange } from "../../src/schema/change.ts";
import { image, runOf } from "./job-fixture.ts";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { name: string; value: string }[];
  readonly workingDir?: string;
  readonly securityContext: object;
  readonly resources: { requests: Record<string, string>; limits: Record<string, string> };
  readonly volumeMounts: readonly { name: string; readOnly?: boolean }[];
}
interface PodSpec extends Record<string, unknown> {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { name: string; emptyDir?: { sizeLimit: string }; secret?: { items: object } }[];
}

const blueprintOf = (wish: Partial<RunChange> = {}, more: Partial<Blueprint> = {}): Blueprint => ({
  run: runOf(wish),
  commandImage: image,
  image: "registry.example/millrace:1",
  gateway: {
    url: "http://millrace-runs.system.svc",
    address: "10.96.0.7",
    pods: { namespace: "system", labels: { "app.kubernetes.io/name": "millrace" } },
  },
  placement: {},
  attempt: "millrace-run-x-1",
  timeMs: 600_000,
  ...more,
});
const specOf = (blueprint: Blueprint) =>
  jobManifest(blueprint)["spec"] as Record<string, unknown> & { template: { metadata: object; spec: PodSpec } };
const podOf = (blueprint: Blueprint): PodSpec => specOf(blueprint).template.spec;
const containerOf = (blueprint: Blueprint, name: string): Container => {
  const { initContainers, containers } = podOf(blueprint);
  return [...initContainers, ...containers].find((each) => each.name === name)!;
};
const job = { metadata: { name: "millrace-run-x", namespace: "fleet", uid: "uid-of-job" } } as JobObject;

describe("the Job of a run", () => {
  test("belongs to its proposal, begins suspended, and is never tried twice by itself", () => {
    const manifest = jobManifest(blueprintOf());
    assert.equal(manifest.metadata.name, "millrace-run-0123456789abcdef0123456789abcdef");
    assert.equal(manifest.metadata.namespace, "fleet");
    assert.deepEqual(manifest.metadata["ownerReferences"], [
      {
        apiVersion: "millrace.dev/v1alpha1",
        kind: "ChangeProposal",
        name: "bump",
        uid: "uid-of-bump",
        controller: true,
      },
    ]);
    const { template, suspend, backoffLimit, parallelism } = specOf(blueprintOf());
    assert.deepEqual([suspend, backoffLimit, parallelism, template.spec["restartPolicy"]], [true, 0, 1, "Never"]);
  });

  test("ends by itself: the pod a little after its command, the Job after whatever came before", () => {
    const { activeDeadlineSeconds, template } = specOf(blueprintOf({}, { timeMs: 90_500 }));
    assert.equal(template.spec["activeDeadlineSeconds"], 391);
    assert.ok(Number(activeDeadlineSeconds) > 391 + 90);
  });

  test("is what Pod Security's level restricted asks for, and more", () => {
    const pod = podOf(blueprintOf());
    assert.equal(pod["automountServiceAccountToken"], false);
    assert.equal(pod["enableServiceLinks"], false);
    for (const field of ["hostNetwork", "hostPID", "hostIPC", "serviceAccountName"])
      assert.equal(pod[field], undefined);
    assert.deepEqual(pod["securityContext"], {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const container of [...pod.initContainers, ...pod.containers]) {
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        capabilities: { drop: ["ALL"] },
      });
      for (const what of ["memory", "ephemeral-storage"]) assert.ok(container.resources.limits[what], container.name);
      assert.ok(container.resources.requests["cpu"], container.name);
    }
    for (const { name, emptyDir, secret } of pod.volumes) assert.ok(emptyDir?.sizeLimit ?? secret, name);
  });

  test("runs fetch, the command and deliver one after the other, and only the command in the user's image", () => {
    const { initContainers, containers } = podOf(blueprintOf());
    assert.deepEqual(
      [...initContainers, ...containers].map((each) => `${each.name} ${each.image}`),
      ["fetch registry.example/millrace:1", `command ${image}`, "deliver registry.example/millrace:1"],
    );
  });

  test("shows the command no ticket and no record, and each of ours only what is its own", () => {
    const mounts = (name: string) =>
      containerOf(blueprintOf(), name).volumeMounts.map((each) => `${each.name}${each.readOnly ? " ro" : ""}`);
    assert.deepEqual(mounts("command"), ["workspace", "home", "tmp"]);
    assert.deepEqual(mounts("fetch"), ["workspace", "record", "source-ticket ro"]);
    assert.deepEqual(mounts("deliver"), ["workspace", "record ro", "result-ticket ro"]);
    const volumes = podOf(blueprintOf()).volumes.filter(({ secret }) => secret);
    assert.deepEqual(
      volumes.map(({ secret }) => secret),
      ["source", "result"].map((key) => ({
        secretName: "millrace-run-x-1",
        defaultMode: 0o440,
        items: [{ key, path: key }],
      })),
    );
  });

  test("takes command, environment and directory as they are: Kubernetes replaces nothing in them", () => {
    const env = [
      { name: "HOME", value: "/elsewhere" },
      { name: "PRICE", value: "$(HOME) $$ $" },
    ];
    const command = containerOf(
      blueprintOf({ command: ["sh", "-c", "echo $(HOME) $$"], env, directory: "a/b" }),
      "command",
    );
    assert.deepEqual(command.command, ["sh", "-c", "echo $$(HOME) $$$$"]);
    assert.equal(command.args, undefined);
    assert.deepEqual(command.env, [
      { name: "TMPDIR", value: "/tmp" },
      { name: "LANG", value: "C.UTF-8" },
      { name: "HOME", value: "/elsewhere" },
      { name: "PRICE", value: "$$(HOME) $$$$ $$" },
    ]);
    assert.equal(command.workingDir, "/workspace/a/b");
  });

  test("has the memory that the command asks for, no more and no less", () => {
    const limits = { time: "1m", memoryMiB: 2048, outputMiB: 8, files: 10 };
    const { requests, limits: most } = containerOf(blueprintOf({ limits }), "command").resources;
    assert.deepEqual([requests["memory"], most["memory"]], ["2048Mi", "2048Mi"]);
  });

  test("has no name server without a network, and the gateway's name in its hosts file", () => {
    const closed = podOf(blueprintOf());
    assert.deepEqual([closed["dnsPolicy"], closed["dnsConfig"]], ["None", { nameservers: ["127.0.0.1"] }]);
    assert.deepEqual(closed["hostAliases"], [{ ip: "10.96.0.7", hostnames: ["millrace-runs.system.svc"] }]);
    const open = podOf(blueprintOf({ network: "Open" }));
    assert.deepEqual([open["dnsPolicy"], open["dnsConfig"]], ["ClusterFirst", undefined]);
    const gateway = { url: "http://10.0.0.1:9393", address: "10.0.0.1", pods: undefined };
    assert.deepEqual(podOf(blueprintOf({}, { gateway }))["hostAliases"], []);
  });

  test("gets what the installation gives to all, and none of it weakens the rest", () => {
    const pod = podOf(blueprintOf({}, { placement: { nodeSelector: { pool: "runs" }, runtimeClassName: "gvisor" } }));
    assert.deepEqual([pod["nodeSelector"], pod["runtimeClassName"]], [{ pool: "runs" }, "gvisor"]);
    const evil = { automountServiceAccountToken: true, containers: [] } as object;
    assert.equal(podOf(blueprintOf({}, { placement: evil }))["automountServiceAccountToken"], false);
    assert.equal(podOf(blueprintOf({}, { placement: evil })).containers.length, 1);
  });
});

describe("what belongs to the Job", () => {
  test("is a Secret that nobody can change, and that goes with it", () => {
    const secret = secretManifest(job, blueprintOf(), { source: "s", result: "r" });
    assert.equal(secret["immutable"], true);
    assert.deepEqual(secret["stringData"], { source: "s", result: "r" });
    assert.deepEqual(secret.metadata["ownerReferences"], [
      { apiVersion: "batch/v1", kind: "Job", name: "millrace-run-x", uid: "uid-of-job" },
    ]);
  });

  test("is a NetworkPolicy that lets nobody in, and out to the gateway alone", () => {
    const { spec, metadata } = policyManifest(job, blueprintOf());
    assert.deepEqual(spec, {
      podSelector: { matchLabels: { "millrace.dev/run": "0123456789abcdef0123456789abcdef" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [
        {
          to: [
            { ipBlock: { cidr: "10.96.0.7/32" } },
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "system" } },
              podSelector: { matchLabels: { "app.kubernetes.io/name": "millrace" } },
            },
          ],
        },
      ],
    });
    assert.ok(metadata["ownerReferences"]);
  });

  test("lets out to everywhere where the network is open, and still nobody in", () => {
    const { spec } = policyManifest(job, blueprintOf({ network: "Open" }));
    assert.deepEqual((spec as Record<string, unknown>)["policyTypes"], ["Ingress"]);
    assert.deepEqual((spec as Record<string, unknown>)["ingress"], []);
  });

  test("is described with what it depends on", () => {
    assert.match(isolationOf({ run: runOf() }), /network plug-in/);
    assert.match(isolationOf({ run: runOf({ network: "Open" }) }), /network open$/);
    assert.ok(isolationOf({ run: runOf() }).length <= 512);
  });
});
