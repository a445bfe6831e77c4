import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ForgeApi } from "../../../src/cli/demo/forge-api.ts";
import type { Client, KubeObject } from "../../../src/controller/client.ts";
import { startApiServer } from "../../../src/embedded/apiserver/server.ts";
import { type RunningForge, startForge } from "../../../src/embedded/forge/server.ts";
import { crdOf } from "../../../src/schema/crd.ts";
import { kinds } from "../../../src/schema/index.ts";
import { clientFor, listAll, secrets } from "../cluster-client.ts";
import { freePorts } from "../free-ports.ts";
import { type MillraceProcess, startMillrace } from "../millrace-process.ts";
import { systemClock } from "../system-clock.ts";
import {
  botOf,
  botToken,
  hookSecret,
  isBot,
  objectsOf,
  pointHooks,
  runBuilds,
  type Seeded,
  seedFleet,
} from "./fleet.ts";
import type { Member } from "./member.ts";

export const namespace = "default";
/** So many accounts act for us: each has the limits of one credential, and a proof must not take hours. */
const bots = 8;

/** A forge with the fleet and its builds, and an API server with all of it declared, both on real disks and in this process. */
export interface Stage {
  readonly forge: RunningForge;
  readonly ada: ForgeApi;
  readonly client: Client;
  /** Path of a file with an administrator's credentials. */
  readonly kubeconfig: string;
  apply(object: object): Promise<void>;
  list(kind: string): Promise<readonly KubeObject[]>;
  /**
   * Gives the bots other tokens. A process takes it that whoever was killed sent a quarter of what a token may in a minute, and so
   * many in a row would wait for that alone; how polite they are is tried elsewhere.
   */
  renewTokens(): Promise<void>;
  /** How much was done on the forge in our name. */
  deeds(): number;
  /** Starts the one controller process on what there is. */
  start(from?: "bundle" | "source"): MillraceProcess;
  close(): Promise<void>;
}

export async function setStage(members: readonly Member[]): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-plan-"));
  const unlimited = { requestsPerHour: 1_000_000 };
  const forge = await startForge({ dataDir: join(folder, "forge"), clock: systemClock, limits: unlimited });
  const preload = kinds.map(crdOf);
  const server = await startApiServer({ dataDir: join(folder, "plane"), clock: systemClock, preload });
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
  const client = await clientFor(kubeconfig);
  const [gateway] = await freePorts(1);
  const stop = new AbortController();
  const seeded: Seeded = { forge, members, bots };
  const ada = await seedFleet(seeded);
  await pointHooks(ada, seeded, `http://127.0.0.1:${gateway}/webhooks/${namespace}`);
  const builds = runBuilds(forge, stop.signal);
  let tokens = 0;
  const stage: Stage = {
    forge,
    ada,
    client,
    kubeconfig,
    async apply(object) {
      const { kind } = object as KubeObject;
      const { resource } = kinds.find((each) => each.kind === kind)!;
      await client.apply(resource, object as KubeObject, { fieldManager: "test", force: true });
    },
    list: (kind) => listAll(client, kinds.find((each) => each.kind === kind)!.resource, namespace),
    async renewTokens() {
      for (let at = 0; at < bots; at++) {
        const token = forge.createToken(botOf(at), { secret: `${botToken(at)}-${tokens}` });
        const stringData = { token, webhookSecret: hookSecret };
        const secret = { metadata: { name: `bot-${at}`, namespace }, stringData };
        await client.apply(secrets, secret, { fieldManager: "test", force: true });
      }
      tokens += 1;
    },
    deeds: () => forge.log().filter(({ actor }) => isBot(actor)).length,
    start: (from) => {
      const env = {
        MILLRACE_STATE: join(folder, "state"),
        MILLRACE_GATEWAY: `127.0.0.1:${gateway}`,
        MILLRACE_OPS: "off",
        MILLRACE_WORKERS: "8",
        MILLRACE_LEADER_ELECTION: "false",
      };
      return startMillrace(["controller", "--kubeconfig", kubeconfig], env, from);
    },
    async close() {
      stop.abort();
      await builds;
      await client.close();
      await server.close();
      await forge.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await stage.renewTokens();
  for (const object of objectsOf(seeded, namespace)) await stage.apply(object);
  return stage;
}
