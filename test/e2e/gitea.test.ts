/**
 * The demo's scenario on a real Gitea, by pods of a real cluster. Wants what helm.test.ts wants, and a Gitea on this machine
 * (MILLRACE_SHARED, or MILLRACE_GITEA_URL and MILLRACE_GITEA_TOKEN of an administrator).
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noGitea } from "../support/gitea.ts";
import { hookSecret, startGiteaFleet } from "../support/gitea-fleet.ts";
import { playOnGitea } from "../support/gitea-scenario.ts";
import {
  allReady,
  eventually,
  explain,
  found,
  giveSecret,
  installChart,
  kubectl,
  ourAddress,
  skip,
  uninstallChart,
  webhooksOf,
} from "./real-cluster.ts";

const namespace = "fleet-on-gitea";

const phases = async () => {
  const all = await found<{ metadata: { name: string }; status?: { phase?: string } }>("changeproposals", namespace);
  return Object.fromEntries(all.map(({ metadata, status }) => [metadata.name, status?.phase ?? ""]));
};
const untilReady = () =>
  eventually(
    "every object is Ready",
    () => allReady("forges,repositories,operations,changeproposals", namespace),
    patience,
  );
const patience = { seconds: 120, otherwise: () => explain(namespace) };

describe("a fleet on a real Gitea, by pods", { skip: skip || noGitea }, () => {
  let fleet: Awaited<ReturnType<typeof startGiteaFleet>>;

  before(async () => {
    fleet = await startGiteaFleet({ host: "0.0.0.0", address: await ourAddress() });
    await installChart();
  });
  after(async () => {
    // While the controller is there, since proposals have finalizers.
    await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=60s").catch(() => undefined);
    await uninstallChart().catch(() => undefined);
    await fleet?.close();
  });

  test("the fleet is declared and becomes Ready", async () => {
    await kubectl("create", "namespace", namespace);
    await giveSecret(namespace, "forge", { token: fleet.bot.token, webhookSecret: hookSecret });
    await kubectl("apply", "-n", namespace, "-f", fleet.manifests());
    await untilReady();
    const [forge] = JSON.parse(await kubectl("get", "forges", "-n", namespace, "-o", "json")).items;
    assert.equal(forge.status.identity.login, fleet.bot.login);
    assert.equal(forge.status.quota, undefined, "Gitea has none");
  });

  test("a push is followed to the end, and a person is listened to", async () => {
    await fleet.hooks(await webhooksOf(namespace, "local"));
    await playOnGitea(fleet, { phases, explain: () => explain(namespace) }, 120);
    await untilReady();
  });
});
