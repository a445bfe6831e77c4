import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { forgeReconciler } from "../../../src/reconcilers/forge/reconcile.ts";
import type { Forge as Host } from "../../../src/reconcilers/forge-port.ts";
import { Forge } from "../../../src/schema/forge.ts";
import { silent } from "../../support/memory-host.ts";

const now = new Date("2026-01-01T00:00:00Z");
const { signal } = new AbortController();

/** One turn for a Forge of which the governor says this. */
async function turn(said: Partial<ReturnType<Host["quota"]>> & Partial<ReturnType<Host["content"]>>) {
  const forge = Forge.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Forge",
    metadata: { name: "github", namespace: "fleet", uid: "1", generation: 1 },
    spec: { credentials: { tokenSecretRef: { name: "bot" } } },
  });
  const host = {
    identity: async () => ({ login: "bot" }),
    quota: () => ({ quota: said.quota, throttledUntil: said.throttledUntil }),
    content: () => ({ hour: 0, waiting: 0, ...said }),
  } as unknown as Host;
  const world = { forges: { of: async () => host }, secrets: { read: async () => "token" } };
  return forgeReconciler(world).reconcile(forge, { now, signal, log: silent });
}

describe("a Forge tells how its limits are used", () => {
  test("creations to the next twenty, so that it is not written for each", async () => {
    for (const [hour, told] of [
      [0, 0],
      [1, 20],
      [20, 20],
      [21, 40],
      [500, 500],
    ] as const)
      assert.deepEqual((await turn({ hour })).status.content, { hour: told, waiting: 0 });
  });

  test("quota in twentieths", async () => {
    const { status } = await turn({ quota: { limit: 5_000, remaining: 4_999, resetsAt: now } });
    assert.deepEqual(status.quota, { limit: 5_000, remaining: 4_750 });
  });

  test("and looks every minute while somebody waits", async () => {
    assert.deepEqual((await turn({})).again, { is: "after", ms: 600_000 });
    const { again, status } = await turn({ hour: 500, waiting: 37 });
    assert.deepEqual(again, { is: "after", ms: 60_000 });
    assert.deepEqual(status.content, { hour: 500, waiting: 37 });
  });

  test("and until when the forge lets nothing through", async () => {
    const { finding, status, again } = await turn({ throttledUntil: new Date("2026-01-01T00:03:00.500Z") });
    assert.equal(finding.reason, "Throttled");
    assert.equal(status.throttledUntil, "2026-01-01T00:03:00Z");
    assert.deepEqual(again, { is: "after", ms: 180_500 });
  });

  test("and that nothing is created while it cannot be put on record", async () => {
    const { finding } = await turn({ problem: "the record cannot be saved" });
    assert.equal(finding.reason, "UseNotRecorded");
    assert.equal(finding.verdict, "progressing");
  });
});
