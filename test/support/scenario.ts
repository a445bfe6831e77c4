import assert from "node:assert/strict";
import { notReady, readFleet, statusOf } from "../../src/cli/demo/observe.ts";
import type { Client } from "../../src/controller/client.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { applyObjects } from "./apply-objects.ts";
import { secrets } from "./cluster-client.ts";
import { eventually } from "./eventually.ts";
import { accounts, type startFleet, webhookSecret } from "./fleet.ts";

type Fleet = Awaited<ReturnType<typeof startFleet>>;
const signal = new AbortController().signal;

/** Gives the Secret that examples/forge.yaml names, and applies examples/ as they are for this forge. */
export async function declareFleet(
  client: Client,
  fleet: Fleet,
  namespace: string,
  edit?: (text: string) => string,
): Promise<void> {
  const stringData = { token: accounts.bot, webhookSecret };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "forge", namespace },
    type: "Opaque",
    stringData,
  };
  await client.apply(secrets, secret, { fieldManager: "test", force: true });
  await applyObjects(client, fleet.manifests(edit), namespace);
}

/** Waits until every object is Ready, and says which is not. */
export const untilReady = (client: Client, namespace: string, explain: () => string): Promise<true> =>
  eventually(
    "every object is Ready",
    async () => {
      const fleet = await readFleet(client, namespace, signal);
      return (fleet.get("Repository")?.length ?? 0) > 0 && notReady(fleet).length === 0 ? true : undefined;
    },
    90,
    async () => `${notReady(await readFleet(client, namespace, signal)).join("\n")}\n${explain()}`,
  );

export async function phasesOf(client: Client, namespace: string): Promise<readonly string[]> {
  const fleet = await readFleet(client, namespace, signal);
  return (fleet.get(ChangeProposal.kind) ?? []).map((each) => statusOf(each).phase ?? "");
}

/** The demo's end: three proposals merged, everything Ready, and the forge says what it should, byte by byte. */
export async function untilSynced(
  client: Client,
  fleet: Fleet,
  namespace: string,
  explain: () => string,
): Promise<void> {
  await eventually(
    "three merged proposals",
    async () => {
      const phases = await phasesOf(client, namespace);
      return phases.length === 3 && phases.every((phase) => phase === "Merged");
    },
    90,
    async () =>
      `${await phasesOf(client, namespace)}\n${notReady(await readFleet(client, namespace, signal)).join("\n")}\n${explain()}`,
  );
  await untilReady(client, namespace, explain);
  assert.deepEqual(await fleet.problems(), []);
}
