import { test } from "node:test";
import { runPlanHistory } from "./release-plan-history.ts";

/** Enough to notice a broken guard, and few enough to be quick. */
const histories = 8;

test(`${histories} random plans among random people break no promise`, async () => {
  for (let seed = 1; seed <= histories; seed++) await runPlanHistory(seed, 60);
});
