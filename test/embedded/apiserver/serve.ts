import { startApiServer } from "../../../src/embedded/apiserver/server.ts";
import { millDefinition } from "./harness.ts";

/** A server in a process of its own, for tests that kill it: `serve.ts FOLDER` prints how to reach it. */
async function serve(dataDir: string): Promise<void> {
  const clock = { now: () => new Date() };
  const { url, ca, token } = await startApiServer({ clock, dataDir, preload: [millDefinition] });
  console.log(JSON.stringify({ url, ca, token }));
}

await serve(process.argv[2]!);
