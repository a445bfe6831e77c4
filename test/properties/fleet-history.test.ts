import { test } from "node:test";
import { runHistory } from "./fleet-history.ts";

/** Enough to notice a broken guard, and few enough to be quick. */
const histories = 30;

test(`${histories} random histories of a fleet break no promise`, async () => {
  for (let seed = 1; seed <= histories; seed++) await runHistory(seed);
});
