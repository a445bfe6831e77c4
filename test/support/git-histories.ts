/**
 * Plays seeded histories on real git: `node --import tsx test/support/git-histories.ts FIRST COUNT [ignored]`. Says on standard
 * output what happened in all of them, as JSON, and on standard error what went wrong, with the seed; the exit code is
 * then 1. `ignored` takes the lease out of every push.
 */
import { runGitHistory, Stage } from "../properties/git-history.ts";

const [first, count] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1)];
const lease = process.argv[4] === "ignored" ? "ignored" : "held";
/** At once: while one waits for git, the other goes on. */
const players = 2;

const stage = await Stage.start();
const told = { ours: 0, theirs: 0, races: 0 };
let next = first;
const player = async (): Promise<void> => {
  for (let seed = next++; seed < first + count && process.exitCode === undefined; seed = next++) {
    try {
      const { ours, theirs, races } = await runGitHistory(seed, { stage, lease });
      told.ours += ours;
      told.theirs += theirs;
      told.races += races;
    } catch (error) {
      process.exitCode = 1;
      console.error(error instanceof Error ? error.message : error);
    }
  }
};
await Promise.all(Array.from({ length: players }, player));
await stage.close();
console.log(JSON.stringify(told));
