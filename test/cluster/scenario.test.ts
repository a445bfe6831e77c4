/** The demo's scenario by `millrace controller`, as the bundle, against a real API server. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { applyDefinitions, clientFor } from "../support/cluster-client.ts";
import { assets, type ControlPlane, missingAssets, startControlPlane } from "../support/control-plane.ts";
import { eventually } from "../support/eventually.ts";
import { startFleet } from "../support/fleet.ts";
import { type MillraceProcess, startMillrace } from "../support/millrace-process.ts";
import { declareFleet, phasesOf, untilReady, untilSynced } from "../support/scenario.ts";

const run = promisify(execFile);

describe("the demo's scenario on a real API server", { skip: missingAssets() }, () => {
  let plane: ControlPlane;
  let client: Awaited<ReturnType<typeof clientFor>>;
  let fleet: Awaited<ReturnType<typeof startFleet>>;
  let folder: string;
  let namespace: string;
  let round = 0;
  const processes: MillraceProcess[] = [];
  const explain = () => processes.map((each) => each.tail()).join("\n---\n");

  before(async () => {
    plane = await startControlPlane();
    client = await clientFor(plane.kubeconfig);
    await applyDefinitions(client);
  });
  after(async () => {
    await client?.close();
    await plane?.close();
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "millrace-cluster-"));
    namespace = `round-${++round}`;
    await kubectl("create", "namespace", namespace);
    fleet = await startFleet({ host: "127.0.0.1", address: "127.0.0.1" });
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((each) => each.end("SIGKILL")));
    await fleet.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const kubectl = async (...args: readonly string[]) =>
    (await run(join(assets()!, "kubectl"), ["--kubeconfig", plane.kubeconfig, ...args])).stdout.trim();
  const controller = (name: string, env: Readonly<Record<string, string>> = {}): MillraceProcess => {
    const started = startMillrace(["controller", "--kubeconfig", plane.kubeconfig], {
      MILLRACE_NAMESPACE: namespace,
      MILLRACE_LEASE_NAME: namespace,
      MILLRACE_STATE: join(folder, name),
      MILLRACE_GATEWAY: "off",
      MILLRACE_OPS: "off",
      MILLRACE_IDENTITY: name,
      ...env,
    });
    processes.push(started);
    return started;
  };
  /** Without webhooks nothing tells that something happened: look every second. */
  const everySecond = (text: string) => text.replace(/^spec:$/gm, "spec:\n  interval: 1s");
  const phases = () => phasesOf(client, namespace);

  test("a push that arrives by webhook is followed to the end", async () => {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    controller("one", { MILLRACE_GATEWAY: `127.0.0.1:${port}` });
    await declareFleet(client, fleet, namespace);
    await fleet.hooks(`http://127.0.0.1:${port}/webhooks/${namespace}/local`);
    await untilReady(client, namespace, explain);
    await fleet.push();
    await untilSynced(client, fleet, namespace, explain);
  });

  test("with the gateway switched off the sweep reaches the same end", async () => {
    controller("one");
    await declareFleet(client, fleet, namespace, everySecond);
    await untilReady(client, namespace, explain);
    await fleet.push();
    await untilSynced(client, fleet, namespace, explain);
  });

  test("a controller that is killed in the middle is replaced by the standby, and the same end is reached", async () => {
    const lease = () => kubectl("get", "lease", namespace, "-n", "default", "-o", "jsonpath={.spec.holderIdentity}");
    const byName = { one: controller("one"), two: controller("two") };
    await declareFleet(client, fleet, namespace, everySecond);
    await untilReady(client, namespace, explain);
    const leader = (await lease()).split("_")[0] as "one" | "two";
    await fleet.push();
    await eventually("a first proposal", async () => (await phases()).length > 0);
    await byName[leader].end("SIGTERM");
    await untilSynced(client, fleet, namespace, explain);
    assert.notEqual((await lease()).split("_")[0], leader);
  });

  test("ten seconds without the API server lose nothing", async () => {
    controller("one");
    await declareFleet(client, fleet, namespace, everySecond);
    await untilReady(client, namespace, explain);
    await plane.kill("apiserver");
    await fleet.push();
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await plane.start("apiserver");
    await untilSynced(client, fleet, namespace, explain);
  });

  test("deleting the operation closes what it has open, and takes its branches along", async () => {
    controller("one");
    const manual = (text: string) =>
      everySecond(text).replace("merge: {mode: WhenChecksPass}", "merge: {mode: Manual}");
    await declareFleet(client, fleet, namespace, manual);
    await untilReady(client, namespace, explain);
    await fleet.push();
    await eventually(
      "three proposals await a person",
      async () => {
        const now = await phases();
        return now.length === 3 && now.every((phase) => phase === "AwaitingMerge");
      },
      60,
      async () => `${await phases()}\n${explain()}`,
    );
    await kubectl("delete", "operation", "sync-sources", "-n", namespace);
    await eventually(
      "the proposals are gone",
      async () => (await phases()).length === 0,
      60,
      async () => explain(),
    );
    for (const name of ["sdk-go", "sdk-node", "sdk-python"]) {
      const [pull] = (await fleet.ada.get<readonly { state: string; merged_at: string | null }[]>(
        `/repos/acme/${name}/pulls?state=all`,
      ))!;
      assert.deepEqual([pull?.state, pull?.merged_at], ["closed", null]);
      assert.equal((await fleet.ada.get<readonly unknown[]>(`/repos/acme/${name}/branches`))!.length, 1);
    }
  });
});
