/**
 * Five hundred proposals on one credential, made by the real engine before a forge that enforces every limit that GitHub
 * documents, on simulated time: how long it takes, what was refused, and what each cost of the limit on creating content.
 * A token has 5,000 requests an hour, which five hundred proposals use up; an App's installation on as many repositories has
 * 12,500, and there the limit on content is all that counts.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { githubLimits, type Limits } from "../../src/forge/limits.ts";
import { mulberry32 } from "../support/random.ts";
import { PoliteFleet } from "./polite-fleet.ts";

const count = Number(process.env["MILLRACE_PROPOSALS"] ?? 500);

for (const requestsPerHour of [5_000, 12_500]) proposals(requestsPerHour);

function proposals(requestsPerHour: number): void {
  test(`${count} proposals on one credential with ${requestsPerHour} requests an hour, within 65 minutes and without a refusal`, async (t) => {
    const fleet = await PoliteFleet.create({ requestsPerHour, random: mulberry32(1) });
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
}

const fifth: Limits = { ...githubLimits, contentPerMinute: 16, contentPerHour: 100, pointsPerMinute: 180 };

for (const seed of [1, 2, 3]) {
  test(`${count / 10} proposals under a fifth of the limits, killed again and again (seed ${seed}): no refusal, none twice`, async (t) => {
    const random = mulberry32(seed);
    const fleet = await PoliteFleet.create({ limits: fifth, random });
    try {
      await fleet.declare(count / 10, { each: 10 });
      let kills = 0;
      for (await fleet.start(); fleet.opened < count / 10 && kills < 8; await fleet.start(), kills++) {
        const end = fleet.clock.monotonic() + 5_000 + random() * 90_000;
        await fleet.until(() => fleet.opened === count / 10 || fleet.clock.monotonic() >= end);
        await fleet.kill();
        await fleet.rest(15_000);
      }
      await fleet.until(() => fleet.opened === count / 10);
      const { violations, content } = fleet.report;
      t.diagnostic(`${kills} kills, ${content.length} content calls, ${fleet.memory.saves} writes of the record`);
      assert.deepEqual(violations, []);
      assert.equal(fleet.forge.log().filter(({ action }) => action === "pull.create").length, count / 10);
    } finally {
      await fleet.close();
    }
  });
}
