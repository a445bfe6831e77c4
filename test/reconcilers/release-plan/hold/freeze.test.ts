import assert from "node:assert/strict";
import { test } from "node:test";
import { frozenAt } from "../../../../src/reconcilers/release-plan/hold/freeze.ts";
import { zoneOf } from "../../../../src/reconcilers/release-plan/hold/zone.ts";
import { PlanPolicy } from "../../../../src/schema/plan-policy.ts";

const weekend = { rule: "FREQ=WEEKLY;BYDAY=FR;BYHOUR=16", length: "62h", timeZone: "Europe/Berlin", reason: "weekend" };

/** `open`, or until when it is frozen. */
function at(moment: string, ...freezes: readonly object[]): string {
  const frozen = frozenAt(PlanPolicy.parse({ freezes }).freezes, Date.parse(moment));
  if (!frozen) return "open";
  if ("invalid" in frozen) return frozen.invalid;
  return frozen.until === undefined ? "for ever" : new Date(frozen.until).toISOString();
}

for (const [about, moment, want] of [
  ["is open before it begins", "2026-11-20T14:59:59Z", "open"],
  ["is frozen from its first second", "2026-11-20T15:00:00Z", "2026-11-23T05:00:00.000Z"],
  ["is frozen up to its last", "2026-11-23T04:59:59Z", "2026-11-23T05:00:00.000Z"],
  ["is open once it is over", "2026-11-23T05:00:00Z", "open"],
  // Berlin is an hour further in summer.
  ["goes by the clocks of its zone", "2026-06-19T14:00:00Z", "2026-06-22T04:00:00.000Z"],
  // 16:00 is 14:00Z before the night of 24 October 2026 and the freeze lasts 62 true hours.
  ["lasts as long as it says over a change of clocks", "2026-10-24T12:00:00Z", "2026-10-26T04:00:00.000Z"],
  ["does not count before its first day", "2023-11-24T16:00:00Z", "open"],
] as const) {
  test(`a freeze every weekend ${about}`, () => assert.equal(at(moment, weekend), want));
}

test("freezes that touch are told as one, to the end of the last", () => {
  const holidays = { rule: "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=19", length: "360h", reason: "holidays" };
  assert.equal(at("2026-12-18T16:00:00Z", weekend, holidays), "2027-01-04T05:00:00.000Z");
});

test("freezes that never leave a gap have no end in sight", () => {
  assert.equal(at("2026-12-18T16:00:00Z", { rule: "FREQ=DAILY", length: "24h" }), "for ever");
});

test("a moment that the clocks skip comes at the end of the gap, and one that they repeat comes first", () => {
  const zone = zoneOf("Europe/Berlin")!;
  assert.equal(new Date(zone.momentOf(Date.parse("2026-03-29T02:30:00Z"))).toISOString(), "2026-03-29T01:00:00.000Z");
  assert.equal(new Date(zone.momentOf(Date.parse("2026-10-25T02:30:00Z"))).toISOString(), "2026-10-25T00:30:00.000Z");
  assert.equal(new Date(zone.wallOf(Date.parse("2026-10-25T00:30:00.250Z"))).toISOString(), "2026-10-25T02:30:00.250Z");
});

test("a day that a zone never had begins with the next", () => {
  const zone = zoneOf("Pacific/Apia")!;
  assert.equal(new Date(zone.momentOf(Date.parse("2011-12-30T12:00:00Z"))).toISOString(), "2011-12-30T10:00:00.000Z");
});

test("every moment of a year is found again from what the clocks of its zone show, but for the repeated hour", () => {
  for (const name of ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/UTC", "Africa/Casablanca"]) {
    const zone = zoneOf(name)!;
    for (let ms = Date.parse("2026-01-01T00:20:00Z"); ms < Date.parse("2027-01-01T00:00:00Z"); ms += 4 * 3_600_000) {
      const found = zone.momentOf(zone.wallOf(ms));
      assert.ok(found <= ms && ms - found <= 3_600_000, `${name} ${new Date(ms).toISOString()}`);
      assert.equal(zone.wallOf(found), zone.wallOf(ms));
    }
  }
});

for (const [about, freeze, says] of [
  ["rule", { ...weekend, rule: "FREQ=SOMETIMES" }, /^spec\.policy\.freezes\[1\]\.rule: "FREQ=SOMETIMES"/],
  ["zone", { ...weekend, timeZone: "Mars/Olympus" }, /freezes\[1\]\.timeZone: the IANA database has no Mars\/Olympus/],
  ["first day", { ...weekend, from: "2026-02-30" }, /freezes\[1\]\.from: 2026-02-30 is no day/],
  ["length", { ...weekend, length: "0s" }, /freezes\[1\]\.length: 0s is not within 366 days/],
] as const) {
  test(`a freeze with a ${about} that is none is named`, () =>
    assert.match(at("2026-01-01T00:00:00Z", weekend, freeze), says));
}
