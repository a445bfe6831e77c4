import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { exitCodes } from "./command.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

/** The nearest folder above that holds our package.json: with crds/ and examples/ beside it. */
function rootOf(folder: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string };
    if (name === "millrace") return folder;
  } catch {
    // Not here; look above.
  }
  const above = dirname(folder);
  if (above === folder) throw new Error("the installation is incomplete: there is no package.json above the command");
  return rootOf(above);
}

const root = rootOf(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  // The second signal is the system's own: it ends a process that does not stop in order.
  process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
}
process.on("unhandledRejection", (error) => {
  process.stderr.write(
    `millrace: an error that nobody handled; this is a bug\n${error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(exitCodes.failed);
});

/** Where something of a failed process does not let go, it is ended all the same. */
const farewellMs = 5_000;

process.exitCode = await dispatch(process.argv.slice(2), commands, {
  env: process.env,
  clock: { now: () => new Date(), sleep: (ms, signal) => wait(ms, undefined, { signal }) },
  random: Math.random,
  version,
  root,
  signal: stop.signal,
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
});
setTimeout(() => process.exit(), farewellMs).unref();
