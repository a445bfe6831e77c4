/** A runner in a process of its own, to be killed: runs its last argument by the shell, says when it began, and waits. */
import { RunnerDriver } from "../contract/runner.contract.ts";
import { processFixture } from "./process-fixture.ts";

const host = await processFixture();
const drive = new RunnerDriver(host);
const run = await drive.run(process.argv.at(-1)!);
await drive.until(run, (state) => state.is === "pending" && state.startedAt !== undefined);
process.stdout.write(`${host.directory}\n`);
setInterval(() => undefined, 60_000);
