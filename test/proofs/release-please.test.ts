import assert from "node:assert/strict";
import { test } from "node:test";
import { compareHistory } from "../sequencer/release/peer.ts";

const histories = Number(process.env["MILLRACE_RELEASE_HISTORIES"] ?? 1_500);

test(`changes, versions and notes of ${histories} histories are those of release-please`, async () => {
  assert.ok(histories >= 1, "at least one history");
  for (let seed = 1; seed <= histories; seed++) await compareHistory(seed);
});
