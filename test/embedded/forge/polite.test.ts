/** The smaller sister of test/proofs/five-hundred.test.ts, with limits scaled down as the number of proposals is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { githubLimits, type Limits } from "../../../src/forge/limits.ts";
import { PoliteFleet } from "../../proofs/polite-fleet.ts";
import { mulberry32 } from "../../support/random.ts";

/** A twentieth of GitHub's, so that the limits bind here as they do there. */
const limits: Limits = { ...githubLimits, contentPerMinute: 4, contentPerHour: 25, pointsPerMinute: 75 };
const count = 8;

test(`${count} proposals under a twentieth of the limits, with a restart: no refusal, one content call each`, async (t) => {
  const random = mulberry32(7);
  const fleet = await PoliteFleet.create({ limits, random });
  try {
    await fleet.declare(count, { each: 4 });
    await fleet.start();
    await fleet.until(() => fleet.report?.content.length >= 3);
    await fleet.kill();
    await fleet.start();
    const minutes = await fleet.until(() => fleet.opened === count);
    const { violations, content, peaks } = fleet.report;
    t.diagnostic(`${minutes.toFixed(1)} simulated minutes, at most ${JSON.stringify(peaks)}`);
    assert.deepEqual(violations, []);
    assert.equal(content.length, count);
    assert.ok(minutes > 1 && minutes < 15, `${minutes} minutes`);
  } finally {
    await fleet.close();
  }
});
