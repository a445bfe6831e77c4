import assert from "node:assert/strict";
import { test } from "node:test";
import { killLoop } from "../support/kill-loop.ts";

test("`millrace up` killed with signal 9 at 50 random moments always comes to the same end", async (t) => {
  const seed = Number(process.env["MILLRACE_SEED"] ?? 20261121);
  assert.ok((await killLoop(50, seed, (line) => t.diagnostic(line))) > 0);
});
