import { test } from "node:test";
import { callsOfRelease, withDeaths, withFault } from "../support/release-faults.ts";

test("whatever fails at whichever call, a release is made exactly once", async () => {
  for (const [call, times] of await callsOfRelease()) {
    for (let number = 1; number <= times; number++) {
      for (const kind of ["crash", "broken", "limited"] as const) {
        await withFault({ call, number }, "before", kind);
        await withFault({ call, number }, "after", kind);
      }
    }
  }
});

test("under 200 random histories of deaths a release is made exactly once", async () => {
  for (let seed = 1; seed <= 200; seed++) await withDeaths(seed);
});
