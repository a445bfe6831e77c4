/**
 * A plan of fifty repositories on a real cluster, by two replicas that helm installed: the leader's pod is killed while it runs, then
 * the API server and etcd are, with signal 9; every release is there exactly once, in order, and the ledger verifies. Wants what
 * helm.test.ts wants. Killing the control plane wants the cluster of MILLRACE_SHARED besides, and is left out elsewhere.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { ForgeApi } from "../../src/cli/demo/forge-api.ts";
import type { KubeObject } from "../../src/controller/client.ts";
import { type RunningForge, startForge } from "../../src/embedded/forge/server.ts";
import { freePorts } from "../support/free-ports.ts";
import {
  botToken,
  hookSecret,
  isBot,
  objectsOf,
  planFor,
  pointHooks,
  runBuilds,
  type Seeded,
  seedFleet,
} from "../support/release-fleet/fleet.ts";
import { problemsOfLedger } from "../support/release-fleet/ledger.ts";
import { membersOf } from "../support/release-fleet/member.ts";
import { problemsOfOrder, toldBy } from "../support/release-fleet/order.ts";
import { problemsOfOutcome } from "../support/release-fleet/outcome.ts";
import { systemClock } from "../support/system-clock.ts";
import {
  allReady,
  apply,
  deleteLeader,
  explain,
  found,
  giveSecret,
  holder,
  installChart,
  kubectl,
  ourAddress,
  sh,
  skip,
  uninstallChart,
  eventually as waitFor,
  webhooksOf,
} from "./real-cluster.ts";

const namespace = "plan";
const count = Number(process.env["MILLRACE_E2E_REPOSITORIES"] ?? 50);
// Of so few repositories each that whoever follows a killed one need not wait for what that one may have sent.
const bots = Math.ceil(count / 2);
const members = membersOf(count, 6, 20261121);
const cluster = join(process.env["MILLRACE_SHARED"] || "../shared", "envtest", "cluster");
const noLaboratory = !existsSync(cluster) && `${cluster} is absent: nobody here can kill the control plane`;

const eventually = <T>(what: string, look: () => Promise<T | undefined | false>, seconds = 300): Promise<T> =>
  waitFor(what, look, { seconds, otherwise: () => explain(namespace, "releaseplans,releases,changeproposals") });

interface Plan extends KubeObject {
  readonly status?: { readonly phase?: string; readonly nodes?: readonly { name: string; phase: string }[] };
}
const planNow = async (): Promise<NonNullable<Plan["status"]>> =>
  (await found<Plan>("releaseplans", namespace))[0]?.status ?? {};
const doneOf = async (): Promise<number> =>
  (await planNow()).nodes?.filter(({ phase }) => phase === "Succeeded").length ?? 0;

describe("a plan on a real cluster", { skip }, () => {
  const stop = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), "millrace-e2e-plan-"));
  let forge: RunningForge;
  let ada: ForgeApi;
  let builds: Promise<void>;
  let seeded: Seeded;

  before(async () => {
    const [address, [port]] = [await ourAddress(), await freePorts(1, "0.0.0.0")];
    const limits = { requestsPerHour: 1_000_000 };
    const publicUrl = `http://${address}:${port}`;
    const dataDir = join(folder, "forge");
    forge = await startForge({ dataDir, host: "0.0.0.0", port: port!, publicUrl, clock: systemClock, limits });
    seeded = { forge, members, bots };
    ada = await seedFleet(seeded);
    builds = runBuilds(forge, stop.signal);
    await installChart();
  });
  after(async () => {
    await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s").catch(() => undefined);
    await uninstallChart().catch(() => undefined);
    stop.abort();
    await builds;
    await forge?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the fleet is declared and becomes Ready", async () => {
    await kubectl("create", "namespace", namespace);
    for (let at = 0; at < bots; at++)
      await giveSecret(namespace, `bot-${at}`, { token: botToken(at), webhookSecret: hookSecret });
    await apply(...objectsOf(seeded, namespace));
    // The gateway's address with the name of no forge: each repository's own comes behind it.
    await pointHooks(ada, seeded, (await webhooksOf(namespace, "")).replace(/\/$/, ""));
    await eventually("every object is Ready", () => allReady("forges,repositories", namespace));
  });

  test("the leader's pod is killed while the plan runs", async () => {
    await apply(planFor("autumn", namespace, members, 16));
    await eventually("a tenth is released", async () => (await doneOf()) >= count / 10);
    const [leader, had] = [await holder(), await doneOf()];
    await deleteLeader("--grace-period=0", "--force");
    assert.ok(had < count, "it was over before anybody was killed");
    await eventually("the other replica leads", async () => (await holder()) !== leader && (await holder()) !== "", 60);
    await eventually("and goes on", async () => (await doneOf()) > had);
  });

  test("etcd and the API server are killed while the plan runs", { skip: noLaboratory }, async (t) => {
    await eventually("four tenths are released", async () => (await doneOf()) >= 0.4 * count);
    const had = await doneOf();
    assert.ok(had < count, "it was over before anything was killed");
    for (const part of ["apiserver", "etcd"]) await sh(cluster, "stop", part);
    const effects = forge.log().filter(({ actor }) => isBot(actor)).length;
    const began = performance.now();
    await sh(cluster, "up");
    await eventually("it goes on", async () => (await doneOf()) > had);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    t.diagnostic(`${had} of ${count} were released, and ${effects} things done; it went on after ${seconds} s`);
  });

  test("every release is there exactly once, in order, and the ledger verifies", async () => {
    await eventually("the plan has succeeded", async () => (await planNow()).phase === "Succeeded", 900);
    const told = toldBy(forge.log(), isBot);
    const problems = [
      ...problemsOfOrder(members, told),
      ...(await problemsOfOutcome(members, told, ada)),
      ...problemsOfLedger(members, await found<KubeObject>("runrecords", namespace)),
    ];
    assert.deepEqual(problems, []);
  });
});
