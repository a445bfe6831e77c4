/**
 * The image, the chart and the demo's scenario on a real cluster: pods sync a fleet on a forge outside of it, the leader's
 * pod is deleted in the middle, and the same end is reached. Wants KUBECONFIG, IMAGE (which the cluster can run), kubectl and
 * helm on the PATH, and a cluster whose pods reach this machine at the node's address, or at MILLRACE_E2E_ADDRESS.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accounts, startFleet, webhookSecret } from "../support/fleet.ts";
import {
  allReady,
  deleteLeader,
  explain,
  found,
  giveSecret,
  holder,
  installChart,
  kubectl,
  ourAddress,
  skip,
  system,
  uninstallChart,
  eventually as waitFor,
  webhooksOf,
} from "./real-cluster.ts";

const namespace = "fleet";

const eventually = <T>(what: string, look: () => Promise<T | undefined | false>, seconds = 120): Promise<T> =>
  waitFor(what, look, { seconds, otherwise: () => explain(namespace) });
const untilReady = () =>
  eventually("every object is Ready", () => allReady("forges,repositories,operations,changeproposals", namespace));
const phases = async () =>
  (await found<{ status?: { phase?: string } }>("proposals", namespace)).flatMap(({ status }) => status?.phase ?? []);

describe("helm install on a real cluster", { skip }, () => {
  let fleet: Awaited<ReturnType<typeof startFleet>>;

  before(async () => {
    fleet = await startFleet({ host: "0.0.0.0", address: await ourAddress() });
  });
  after(async () => {
    await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false").catch(() => undefined);
    await uninstallChart().catch(() => undefined);
    await fleet?.close();
  });

  test("the chart is installed, both replicas are ready, and one of them leads", async () => {
    await installChart();
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
    await kubectl("create", "namespace", namespace);
    await giveSecret(namespace, "forge", { token: accounts.bot, webhookSecret });
    await kubectl("apply", "-n", namespace, "-f", fleet.manifests());
    await fleet.hooks(await webhooksOf(namespace, "local"));
    await untilReady();
  });

  test("a push is followed, although the leader's pod is deleted in the middle", async () => {
    const before = await holder();
    await fleet.push();
    await eventually("a first proposal", async () => (await phases()).length > 0);
    await deleteLeader();
    await eventually(
      "three merged proposals",
      async () => (await phases()).filter((phase) => phase === "Merged").length === 3,
    );
    await untilReady();
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
        namespace,
        "-o",
        "jsonpath={.items[*].metadata.generation}",
      );
    const generations = await versions();
    await installChart({ "controller.workers": "8" });
    await untilReady();
    assert.equal(await versions(), generations);
    assert.deepEqual(await fleet.problems(), []);
  });

  test("an uninstall leaves the CRDs and every object", async () => {
    const count = async () => (await kubectl("get", "millrace", "-n", namespace, "-o", "name")).split("\n").length;
    const had = await count();
    await uninstallChart();
    assert.equal(await count(), had);
    assert.equal(
      await kubectl("get", "crd", "repositories.millrace.dev", "-o", "name"),
      "customresourcedefinition.apiextensions.k8s.io/repositories.millrace.dev",
    );
    assert.equal(await kubectl("get", "deployments", "-n", system, "-o", "name"), "");
  });
});
