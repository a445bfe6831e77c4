/** Plays histories of the fleet, one after the other: `histories.ts FIRST COUNT`. Ends with 1, and the seed, at the first that fails. */
import { runHistory } from "../properties/fleet-history.ts";

const [first = 1, count = 100] = process.argv.slice(2).map(Number);
let failed = false;
for (let seed = first; seed < first + count && !failed; seed++) {
  try {
    await runHistory(seed);
  } catch (error) {
    failed = true;
    console.error(error instanceof Error ? error.message : error);
  }
}
if (!failed) console.log(`${count} histories from ${first} on are as promised`);
process.exitCode = failed ? 1 : 0;
