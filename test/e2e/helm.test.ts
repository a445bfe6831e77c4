/**
 * The image, the chart and the demo's scenario on a real cluster: pods sync a fleet on a forge outside of it, the leader's
 * pod is deleted in the middle, and the same end is reached. Wants KUBECONFIG, IMAGE (which the cluster can run), kubectl and
 * helm on the PATH, and a cluster whose pods reach this machine at the node's address, or at MILLRACE_E2E_ADDRESS.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { accounts, startFleet, webhookSecret } from "../support/fleet.ts";

const run = promisify(execFile);
const sh = async (program: string, ...args: readonly string[]): Promise<string> => {
  try {
    return (await run(program, [...args], { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  } catch (error) {
    const { stderr, stdout } = error as { stderr: string; stdout: string };
    throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  }
};
const kubectl = (...args: readonly string[]) => sh("kubectl", ...args);
const helm = (...args: readonly string[]) => sh("helm", ...args);

const system = "millrace-system";
const fleetNamespace = "fleet";
const image = process.env["IMAGE"];
const skip = process.env["KUBECONFIG"] && image ? false : "wants KUBECONFIG and IMAGE";

/** Waits for what a person would wait for, and fails with what was there instead. */
async function eventually<T>(what: string, look: () => Promise<T | undefined | false>, seconds = 120): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await wait(500);
  }
  const state = await kubectl("get", "millrace", "-n", fleetNamespace).catch(String);
  const logs = await kubectl(
    "logs",
    "-n",
    system,
    "-l",
    "app.kubernetes.io/name=millrace",
    "--tail=40",
    "--prefix",
  ).catch(String);
  throw new Error(`${what}: not after ${seconds} s\n${last ?? ""}\n${state}\n${logs}`);
}

const holder = () => kubectl("get", "lease", "millrace", "-n", system, "-o", "jsonpath={.spec.holderIdentity}");
const allReady = async () => {
  const text = await kubectl(
    "get",
    "forges,repositories,operations,changeproposals",
    "-n",
    fleetNamespace,
    "-o",
    "json",
  );
  const { items } = JSON.parse(text) as { items: { status?: { conditions?: { type: string; status: string }[] } }[] };
  return items.every(({ status }) =>
    status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  );
};
const phases = async () =>
  (await kubectl("get", "proposals", "-n", fleetNamespace, "-o", "jsonpath={.items[*].status.phase}"))
    .split(" ")
    .filter(Boolean);

describe("helm install on a real cluster", { skip }, () => {
  let fleet: Awaited<ReturnType<typeof startFleet>>;
  const [repository, tag] = [image?.slice(0, image.lastIndexOf(":")), image?.slice((image?.lastIndexOf(":") ?? 0) + 1)];
  const chart = [
    "deploy/helm/millrace",
    "-n",
    system,
    "--wait",
    "--timeout",
    "3m",
    "--set",
    `image.repository=${repository}`,
    "--set",
    `image.tag=${tag}`,
    "--set",
    "image.pullPolicy=IfNotPresent",
  ];

  before(async () => {
    const node = await kubectl(
      "get",
      "nodes",
      "-o",
      'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}',
    );
    fleet = await startFleet({ host: "0.0.0.0", address: process.env["MILLRACE_E2E_ADDRESS"] ?? node });
  });
  after(async () => {
    await kubectl("delete", "namespace", fleetNamespace, "--ignore-not-found", "--wait=false").catch(() => undefined);
    await helm("uninstall", "millrace", "-n", system, "--ignore-not-found").catch(() => undefined);
    await fleet?.close();
  });

  test("the chart is installed, both replicas are ready, and one of them leads", async () => {
    await helm("install", "millrace", ...chart, "--create-namespace");
    const pods = (await kubectl("get", "pods", "-n", system, "-o", "jsonpath={.items[*].metadata.name}")).split(" ");
    assert.equal(pods.length, 2);
    // A lease that an earlier installation left behind is taken over when it has run out.
    const ours = async () => {
      const leader = await holder();
      return leader !== undefined && pods.some((pod) => leader.startsWith(pod)) ? leader : undefined;
    };
    await eventually("a leader among the pods", ours, 60);
  });

  test("the fleet is declared and becomes Ready", async () => {
    await kubectl("create", "namespace", fleetNamespace);
    await kubectl(
      "create",
      "secret",
      "generic",
      "forge",
      "-n",
      fleetNamespace,
      `--from-literal=token=${accounts.bot}`,
      `--from-literal=webhookSecret=${webhookSecret}`,
    );
    await kubectl("apply", "-n", fleetNamespace, "-f", fleet.manifests());
    const gateway = await kubectl(
      "get",
      "service",
      "millrace-gateway",
      "-n",
      system,
      "-o",
      "jsonpath={.spec.clusterIP}",
    );
    await fleet.hooks(`http://${gateway}/webhooks/${fleetNamespace}/local`);
    await eventually("every object is Ready", allReady);
  });

  test("a push is followed, although the leader's pod is deleted in the middle", async () => {
    const before = await holder();
    await fleet.push();
    await eventually("a first proposal", async () => (await phases()).length > 0);
    await kubectl("delete", "pod", "-n", system, podOf(before), "--wait=false");
    await eventually(
      "three merged proposals",
      async () => (await phases()).filter((phase) => phase === "Merged").length === 3,
    );
    await eventually("every object is Ready", allReady);
    const later = await eventually("another leader", async () => ((await holder()) === before ? false : holder()), 60);
    assert.notEqual(later, before);
    assert.deepEqual(await fleet.problems(), []);
  });

  test("an upgrade changes the settings and nothing of the fleet", async () => {
    const versions = () =>
      kubectl(
        "get",
        "changeproposals,repositories,operations",
        "-n",
        fleetNamespace,
        "-o",
        "jsonpath={.items[*].metadata.generation}",
      );
    const generations = await versions();
    await helm("upgrade", "millrace", ...chart, "--set", "controller.workers=8");
    await eventually("every object is Ready", allReady);
    assert.equal(await versions(), generations);
    assert.deepEqual(await fleet.problems(), []);
  });

  test("an uninstall leaves the CRDs and every object", async () => {
    const count = async () => (await kubectl("get", "millrace", "-n", fleetNamespace, "-o", "name")).split("\n").length;
    const had = await count();
    await helm("uninstall", "millrace", "-n", system, "--wait");
    assert.equal(await count(), had);
    assert.equal(
      await kubectl("get", "crd", "repositories.millrace.dev", "-o", "name"),
      "customresourcedefinition.apiextensions.k8s.io/repositories.millrace.dev",
    );
    assert.equal(await kubectl("get", "deployments", "-n", system, "-o", "name"), "");
  });
});

/** The lease's holder is the pod's name, with what makes each start of it unique behind it. */
const podOf = (identity: string): string => identity.split("_")[0]!;
