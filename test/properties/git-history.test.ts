import assert from "node:assert/strict";
import { test } from "node:test";
import { runGitHistory, Stage } from "./git-history.ts";

/** Enough to notice that the lease is gone, and few enough to be quick. */
const histories = 12;
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
