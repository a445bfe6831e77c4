/**
 * Five hundred proposals on one credential, made by the real engine before a forge that enforces every limit that GitHub
 * documents, on simulated time: how long it takes, what was refused, and what each cost of the limit on creating content.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mulberry32 } from "../support/random.ts";
import { PoliteFleet } from "./polite-fleet.ts";

const count = Number(process.env["PROPOSALS"] ?? 500);

test(`${count} proposals on one credential, within 65 minutes and without a refusal`, async (t) => {
  const fleet = await PoliteFleet.create({ random: mulberry32(1) });
  try {
    await fleet.declare(count);
    await fleet.start();
    const minutes = await fleet.until(() => fleet.opened === count);
    const { violations, content, peaks, requests, bannedAt } = fleet.report;
    const calls = content.length / count;
    t.diagnostic(`${minutes.toFixed(1)} simulated minutes, ${violations.length} refusals`);
    t.diagnostic(`${calls.toFixed(3)} content calls and ${(requests / count).toFixed(1)} requests per proposal`);
    t.diagnostic(`at most ${JSON.stringify(peaks)}; ${fleet.memory.saves} writes of the record`);
    assert.deepEqual(violations, []);
    assert.equal(bannedAt, undefined);
    assert.ok(minutes <= 65, `${minutes} minutes`);
    assert.ok(calls <= 1.1, `${calls} content calls per proposal`);
    assert.ok(fleet.memory.saves <= 60, `${fleet.memory.saves} writes`);
  } finally {
    await fleet.close();
  }
});
