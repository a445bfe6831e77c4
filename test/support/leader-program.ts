/**
 * One controller process of several: `leader-program.ts KUBECONFIG NAME`. While it leads it writes its name and a count
 * into the status of each Thing, several times a second. Prints a line of JSON for each thing that it logs.
 */

import { createClient } from "../../src/controller/client.ts";
import { createInformer } from "../../src/controller/informer.ts";
import { loadKubeConfig } from "../../src/controller/kubeconfig.ts";
import { LeaseElection } from "../../src/controller/leader.ts";
import { createLog } from "../../src/controller/log.ts";
import { lookupOf } from "../../src/controller/lookup.ts";
import { createManager } from "../../src/controller/manager.ts";
import { systemTime } from "../../src/controller/system-time.ts";
import { createTransport } from "../../src/controller/transport.ts";
import type { Clock } from "../../src/reconcilers/ports.ts";
import { Thing } from "./thing.ts";

const [kubeconfig = "", name = ""] = process.argv.slice(2);
const random = Math.random;
const clock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal = new AbortController().signal) => systemTime.sleep(ms, signal),
};
const log = createLog({ level: "debug", clock, to: process.stdout });
const { access } = await loadKubeConfig({ from: "file", path: kubeconfig });
const transport = createTransport(access, { userAgent: `test/${name}`, random });
const client = createClient(transport);
const informers = new Map([["Thing", createInformer(client, Thing.resource, { random, log })]]);
const parts = { client, clock, time: systemTime, log, random };
let count = 0;

const manager = createManager({
  ...parts,
  informers,
  lookup: lookupOf(informers),
  election: new LeaseElection({ ...parts, lease: { namespace: "default", name: "leader-test" }, identity: name }),
  identity: name,
  reconcilers: [
    {
      kind: Thing,
      reconcile: async () => ({
        finding: { verdict: "ready", reason: "Written", message: `written by ${name}` },
        status: { note: name, seen: ++count },
        again: { is: "after", ms: 100 },
      }),
    },
  ],
});

const quit = new AbortController();
process.once("SIGTERM", () => quit.abort(new Error("SIGTERM")));
try {
  await manager.run(quit.signal);
} catch (err) {
  log.error({ err }, "cannot go on");
  process.exitCode = 1;
} finally {
  await transport.close();
}
