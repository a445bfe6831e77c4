import assert from "node:assert/strict";
import { test } from "node:test";
import { killLoop } from "../support/kill-loop.ts";

const kills = Number(process.env["MILLRACE_KILLS"] ?? 50);
const seed = Number(process.env["MILLRACE_SEED"] ?? 20261121);

test(`\`millrace up\` killed with signal 9 at ${kills} random moments always comes to the same end`, async (t) => {
  assert.ok((await killLoop(kills, seed, (line) => t.diagnostic(line))) > 0);
});
