import { test } from "node:test";
import { compareHistory } from "./peer.ts";

test("changes, versions and notes of 150 histories are those of release-please", async () => {
  for (let seed = 1; seed <= 150; seed++) await compareHistory(seed);
});
