/** A forge in a process of its own, to be killed: `forge-process.ts FOLDER TOKEN`; prints its address when it answers. */
import { startForge } from "../../../src/embedded/forge/server.ts";

const [, , dataDir = "", secret = ""] = process.argv;
const forge = await startForge({
  dataDir,
  clock: { now: () => new Date() },
  onError: (error, where) => console.error(where, error),
});
forge.createToken("acme", { secret });
console.log(forge.url);
