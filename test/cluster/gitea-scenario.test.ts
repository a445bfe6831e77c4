/** The demo's scenario by `millrace controller`, as the bundle, with a real Gitea, on the embedded API server. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readFleet, statusOf } from "../../src/cli/demo/observe.ts";
import type { Client } from "../../src/controller/client.ts";
import { startApiServer } from "../../src/embedded/apiserver/server.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { crdOf } from "../../src/schema/crd.ts";
import { kinds } from "../../src/schema/index.ts";
import { applyObjects } from "../support/apply-objects.ts";
import { clientFor, secrets } from "../support/cluster-client.ts";
import { eventually } from "../support/eventually.ts";
import { noGitea } from "../support/gitea.ts";
import { hookSecret, startGiteaFleet } from "../support/gitea-fleet.ts";
import { playOnGitea } from "../support/gitea-scenario.ts";
import { type MillraceProcess, startMillrace } from "../support/millrace-process.ts";
import { untilReady } from "../support/scenario.ts";
import { systemClock } from "../support/system-clock.ts";

const namespace = "default";
const { signal } = new AbortController();

async function phasesOf(client: Client): Promise<Readonly<Record<string, string>>> {
  const fleet = await readFleet(client, namespace, signal);
  const proposals = fleet.get(ChangeProposal.kind) ?? [];
  return Object.fromEntries(proposals.map((each) => [each.metadata.name, statusOf(each).phase ?? ""]));
}

/** A control plane, a fleet on Gitea that is declared in it, and controllers one after the other. */
async function stage() {
  const folder = mkdtempSync(join(tmpdir(), "millrace-gitea-scenario-"));
  const clock = systemClock;
  const server = await startApiServer({
    ...{ dataDir: join(folder, "control-plane"), port: 0, clock, token: "t0ken" },
    preload: kinds.map(crdOf),
  });
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
  const client = await clientFor(kubeconfig);
  const fleet = await startGiteaFleet({ host: "127.0.0.1", address: "127.0.0.1" });
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  let controller: MillraceProcess | undefined;
  const stringData = { token: fleet.bot.token, webhookSecret: hookSecret };
  const metadata = { name: "forge", namespace };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData };
  await client.apply(secrets, secret, { fieldManager: "test", force: true });
  await applyObjects(client, fleet.manifests(), namespace);
  const tail = () => controller?.tail() ?? "";
  return {
    fleet,
    hook: `http://127.0.0.1:${port}/webhooks/${namespace}/local`,
    start(): void {
      controller = startMillrace(["controller", "--kubeconfig", kubeconfig], {
        ...{ MILLRACE_NAMESPACE: namespace, MILLRACE_STATE: join(folder, "mirrors") },
        ...{ MILLRACE_GATEWAY: `127.0.0.1:${port}`, MILLRACE_OPS: "off", MILLRACE_IDENTITY: "one" },
      });
    },
    kill: () => controller?.end("SIGKILL"),
    ready: () => untilReady(client, namespace, tail),
    phases: () => phasesOf(client),
    explain: async () => `${JSON.stringify(await phasesOf(client))}\n${tail()}`,
    async close(): Promise<void> {
      await controller?.end("SIGKILL");
      await fleet.close();
      await client.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe("the demo's scenario on a real Gitea", { skip: noGitea }, () => {
  let world: Awaited<ReturnType<typeof stage>>;
  beforeEach(async () => {
    world = await stage();
  });
  afterEach(() => world.close());

  test("a push is followed to the end, and a person is listened to", async () => {
    world.start();
    await world.ready();
    await world.fleet.hooks(world.hook);
    await playOnGitea(world.fleet, world);
    await world.ready();
  });

  test("a controller that is killed again and again does everything once", async () => {
    world.start();
    await world.ready();
    await world.fleet.hooks(world.hook);
    await world.fleet.push();
    for (let kill = 0; kill < 6; kill++) {
      await wait(200 + Math.random() * 2_500);
      await world.kill();
      world.start();
    }
    const isDone = async () => (await world.fleet.problems()).length === 0;
    const what = async () => `${(await world.fleet.problems()).join("\n")}\n${await world.explain()}`;
    await eventually("everything is as promised", isDone, 90, what);
    await world.ready();
    assert.deepEqual(new Set(Object.values(await world.phases())), new Set(["Merged"]));
  });
});
