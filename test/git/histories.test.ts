import assert from "node:assert/strict";
import { test } from "node:test";
import { runGitHistory, Stage } from "../properties/git-history.ts";

/** Few enough to be quick; test/proofs plays thousands, and shows that they fail without the lease. */
const histories = 6;
test(`${histories} random histories on real git lose no commit of a person`, async (t) => {
  const stage = await Stage.start();
  t.after(() => stage.close());
  const told = { ours: 0, theirs: 0, races: 0 };
  for (let seed = 1; seed <= histories; seed++) {
    const { ours, theirs, races } = await runGitHistory(seed, { stage });
    told.ours += ours;
    told.theirs += theirs;
    told.races += races;
  }
  assert.ok(told.ours > histories && told.theirs > histories && told.races > 0, JSON.stringify(told));
});
