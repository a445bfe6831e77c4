import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hands } from "../../../src/reconcilers/change/hands.ts";
import { signed } from "../../../src/reconcilers/change-proposal/history.ts";

const closedBy = (by: string | undefined): Hands =>
  ({
    host: {
      identity: async () => ({ login: "millrace[bot]" }),
      pulls: { closedBy: async () => by && { by, at: new Date("2026-11-21T12:00:00Z") } },
    },
    signal: AbortSignal.timeout(1_000),
  }) as unknown as Hands;

const unsigned = { declined: { fingerprint: "f", number: 3 }, withdrawn: undefined };

test("a no is signed by whoever closed the pull request", async () => {
  assert.deepEqual(await signed(unsigned, closedBy("pat")), {
    declined: { fingerprint: "f", number: 3, by: "pat", at: "2026-11-21T12:00:00Z" },
    withdrawn: undefined,
  });
});

test("what we closed ourselves is no refusal, although nothing remembers it but the forge", async () => {
  assert.deepEqual(await signed(unsigned, closedBy("millrace[bot]")), { declined: undefined, withdrawn: 3 });
});

test("where the forge does not tell, it stays a no", async () => {
  assert.deepEqual(await signed(unsigned, closedBy(undefined)), unsigned);
});
