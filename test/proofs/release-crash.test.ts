import { test } from "node:test";
import { playsWell } from "../properties/release-history.ts";
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

test("in 300 random histories with people and deaths a release keeps its promises", async () => {
  for (let seed = 1; seed <= 300; seed++) await playsWell(seed);
});
