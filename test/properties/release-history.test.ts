import { test } from "node:test";
import { playsWell } from "./release-history.ts";

test("whatever people do to a release, it is made once, in order, and nothing of theirs is lost", async () => {
  for (let seed = 1; seed <= 12; seed++) await playsWell(seed);
});
