import assert from "node:assert/strict";
import { test } from "node:test";
import { StalledError } from "../../src/reconcilers/errors.ts";
import { nextRun } from "../../src/reconcilers/schedule.ts";

for (const [about, cron, timeZone, after, want] of [
  ["by the clock of its time zone", "0 6 * * *", "Europe/Berlin", "2026-11-21T11:00:00Z", "2026-11-22T05:00:00.000Z"],
  ["in UTC", "0 6 * * *", "Etc/UTC", "2026-11-21T05:59:59Z", "2026-11-21T06:00:00.000Z"],
  ["never the moment itself", "0 6 * * *", "Etc/UTC", "2026-11-21T06:00:00Z", "2026-11-22T06:00:00.000Z"],
  [
    "in the skipped hour, with the end of the gap",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-03-28T12:00:00Z",
    "2026-03-29T01:00:00.000Z",
  ],
  [
    "in the repeated hour, the first time",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-24T12:00:00Z",
    "2026-10-25T00:30:00.000Z",
  ],
  [
    "in the repeated hour, not a second time",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-25T00:30:00Z",
    "2026-10-26T01:30:00.000Z",
  ],
  ["on the 29th of February, years ahead", "0 0 29 2 *", "Etc/UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ["on weekdays by name", "15 9 * * MON-FRI", "Etc/UTC", "2026-11-20T10:00:00Z", "2026-11-23T09:15:00.000Z"],
] as const) {
  test(`a run comes ${about}`, () => assert.equal(nextRun({ cron, timeZone }, new Date(after)).toISOString(), want));
}

for (const [about, cron, timeZone, message] of [
  ["too few fields", "* * * *", "Etc/UTC", /spec\.schedule\.cron: .* has 4 fields of five/],
  ["seconds", "0 0 6 * * *", "Etc/UTC", /has 6 fields of five/],
  ["a nickname", "@daily", "Etc/UTC", /has 1 fields of five/],
  ["a minute that is none", "61 6 * * *", "Etc/UTC", /is no schedule \(.*61.*\): write minute/],
  ["a day that never comes", "0 0 31 2 *", "Etc/UTC", /never comes/],
  [
    "a time zone that is none",
    "0 6 * * *",
    "Mars/Olympus",
    /spec\.schedule\.timeZone: "Mars\/Olympus" is no time zone/,
  ],
] as const) {
  test(`${about} is refused, with the field and the remedy`, () => {
    assert.throws(
      () => nextRun({ cron, timeZone }, new Date("2026-01-01T00:00:00Z")),
      (error) => error instanceof StalledError && error.reason === "ScheduleInvalid" && message.test(error.message),
    );
  });
}
