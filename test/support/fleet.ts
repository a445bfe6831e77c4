import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Accounts, seed } from "../../src/cli/demo/fleet.ts";
import { forgeApi } from "../../src/cli/demo/forge-api.ts";
import { pointHooks, protectBranches } from "../../src/cli/demo/hooks.ts";
import type { Narrator } from "../../src/cli/demo/narrator.ts";
import { pushNews } from "../../src/cli/demo/push.ts";
import { runRobot } from "../../src/cli/demo/robot.ts";
import { verify } from "../../src/cli/demo/verify.ts";
import { startForge } from "../../src/embedded/forge/server.ts";
import { freePorts } from "./free-ports.ts";
import { systemClock } from "./system-clock.ts";

export const accounts: Accounts = { bot: "bot-token", developer: "ada-token", robot: "robot-token" };
export const webhookSecret = "webhook-secret";

const silent: Narrator = { chapter() {}, say() {}, command() {}, picture() {}, paint: (text) => text };

/** The demo's fleet on a forge that listens where pods can reach it, with its robot at work. */
export async function startFleet({ host, address }: { host: string; address: string }) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-fleet-"));
  const [port] = await freePorts(1, host);
  const forge = await startForge({
    dataDir: join(folder, "forge"),
    host,
    port: port!,
    publicUrl: `http://${address}:${port}`,
    clock: systemClock,
  });
  const ada = forgeApi(forge.api, accounts.developer);
  await seed(forge, accounts);
  await protectBranches(ada);
  const stop = new AbortController();
  const robot = runRobot(forgeApi(forge.api, accounts.robot), systemClock, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const token = { authorization: `Bearer ${accounts.developer}` };
  return {
    forge,
    ada,
    /** Writes examples/ with this forge's address into a folder, changed by `edit`. */
    manifests(edit: (text: string) => string = (text) => text): string {
      const to = mkdtempSync(join(folder, "manifests-"));
      for (const name of readdirSync("examples").filter((each) => each.endsWith(".yaml"))) {
        writeFileSync(
          join(to, name),
          edit(readFileSync(join("examples", name), "utf8").replace("http://127.0.0.1:7410/api/v3", forge.api)),
        );
      }
      return to;
    },
    hooks: (url: string) => pointHooks(ada, { url, secret: webhookSecret }),
    push: () =>
      pushNews({ url: forge.url, token: accounts.developer, folder, path: process.env["PATH"]! }, silent, stop.signal),
    problems: () =>
      verify(
        ada,
        async (commit) =>
          new Uint8Array(
            await (await fetch(`${forge.url}/acme/apis/archive/${commit}.tar.gz`, { headers: token })).arrayBuffer(),
          ),
      ),
    async close() {
      stop.abort();
      await robot;
      await forge.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
