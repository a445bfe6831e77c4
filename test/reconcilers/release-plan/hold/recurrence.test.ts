import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { occurrencesOf } from "../../../../src/reconcilers/release-plan/hold/occurrence.ts";
import { recurrenceOf } from "../../../../src/reconcilers/release-plan/hold/recurrence.ts";

const wall = (text: string): number => Date.parse(`${text.length === 10 ? `${text}T00:00:00` : text}Z`);

function moments(text: string, start: string, [from, to]: readonly [string, string]): readonly string[] {
  const read = recurrenceOf(text);
  assert.ok(read.is === "rule", `${text}: ${read.is === "invalid" ? read.message : ""}`);
  const found = occurrencesOf(read.rule, wall(start), { from: wall(from), to: wall(to) });
  return found.map((each) => new Date(each).toISOString().slice(0, 19));
}

type Row = readonly [rule: string, start: string, from: string, to: string, moments: readonly string[]];

test("moments of rules are those that two other readers of the format agree on", () => {
  const [, ...rows] = readFileSync("test/data/recurrence.ndjson", "utf8").trim().split("\n");
  assert.ok(rows.length > 350);
  for (const row of rows) {
    const [rule, start, from, to, expected] = JSON.parse(row) as Row;
    assert.deepEqual(moments(rule, start, [from, to]), expected, `${rule} from ${start}`);
  }
});

test("a rule that never comes has no moments, and is soon through", () => {
  assert.deepEqual(
    moments("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "1970-01-01", ["2026-01-01", "2027-01-01"]),
    [],
  );
});

for (const [about, rule, says] of [
  ["without a frequency", "BYDAY=FR", /FREQ is to be one of DAILY/],
  ["by the hour", "FREQ=HOURLY", /BYHOUR/],
  ["with a part that is not known", "FREQ=YEARLY;BYWEEKNO=20", /"BYWEEKNO" is none of/],
  ["with its name before it", "RRULE:FREQ=DAILY", /"RRULE:FREQ" is none of/],
  ["with a part twice", "FREQ=DAILY;FREQ=DAILY", /FREQ is to have one value/],
  ["with a part without value", "FREQ=DAILY;BYHOUR=", /BYHOUR is to have one value/],
  ["with an hour that no day has", "FREQ=DAILY;BYHOUR=24", /BYHOUR is to be from 0 to 23, not 24/],
  ["with a number that is none", "FREQ=DAILY;BYHOUR=1e1", /BYHOUR/],
  ["with a day that is none", "FREQ=WEEKLY;BYDAY=XX", /"XX" is no day/],
  ["with day zero", "FREQ=MONTHLY;BYMONTHDAY=0", /counts from 1/],
  ["with a sixth Friday", "FREQ=MONTHLY;BYDAY=6FR", /sixth weekday/],
  ["that mixes counts", "FREQ=MONTHLY;BYDAY=FR,1FR", /mixes days/],
  ["that counts days of a week", "FREQ=WEEKLY;BYDAY=1FR", /does not go with FREQ=WEEKLY/],
  ["with days of the month in a week", "FREQ=WEEKLY;BYMONTHDAY=1", /BYMONTHDAY does not go/],
  ["that ends twice", "FREQ=DAILY;COUNT=1;UNTIL=20300101", /exclude each other/],
  ["until no day", "FREQ=DAILY;UNTIL=20300231", /UNTIL is to be like/],
  ["of nothing in particular", "FREQ=DAILY;BYSETPOS=1", /BYSETPOS counts/],
  ["all day long", `FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=${[...Array(60).keys()].join(",")}`, /180 moments a day/],
  ["that is empty", "", /is none of/],
] as const) {
  test(`a rule ${about} is refused`, () => {
    const read = recurrenceOf(rule);
    assert.ok(read.is === "invalid", "it was taken");
    assert.match(read.message, says);
  });
}

test("until a date means until its end", () => {
  assert.deepEqual(moments("FREQ=DAILY;BYHOUR=12;UNTIL=20260102", "2026-01-01", ["2026-01-01", "2026-02-01"]), [
    "2026-01-01T12:00:00",
    "2026-01-02T12:00:00",
  ]);
});
