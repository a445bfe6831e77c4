import { join } from "node:path";
import { startApiServer } from "../../embedded/apiserver/server.ts";
import { type RunningForge, startForge } from "../../embedded/forge/server.ts";
import type { Clock, Log } from "../../reconcilers/ports.ts";
import { crdOf } from "../../schema/crd.ts";
import { kinds } from "../../schema/index.ts";
import { CommandError, exitCodes } from "../command.ts";
import { seed } from "./fleet.ts";
import { type State, writeWhole } from "./state.ts";

/** Ports of what `millrace up` serves; 0 takes a free one. */
export interface Ports {
  readonly forge: number;
  readonly cluster: number;
  readonly gateway: number;
}
export const defaultPorts: Ports = { forge: 7410, cluster: 7443, gateway: 7420 };

/** A forge and a control plane on this machine, with the demo's repositories and our kinds. */
export interface Stack {
  readonly forge: RunningForge;
  readonly clusterUrl: string;
  close(): Promise<void>;
}

/** Starts both on a state folder, from where they were left; writes the kubeconfig. */
export async function startStack(
  state: State,
  { ports, clock, log, path }: { ports: Ports; clock: Clock; log: Log; path: string },
): Promise<Stack> {
  const { credentials } = state;
  const onError = (error: unknown, where: string) => log.error({ err: error, where }, "the local forge failed");
  const forge = await portFree(
    "forge",
    ports.forge,
    startForge({ dataDir: join(state.folder, "forge"), port: ports.forge, clock, searchPath: path, onError }),
  );
  try {
    const cluster = await portFree(
      "cluster",
      ports.cluster,
      startApiServer({
        dataDir: join(state.folder, "control-plane"),
        port: ports.cluster,
        clock,
        token: credentials.cluster,
        preload: kinds.map(crdOf),
      }),
    );
    writeWhole(state.kubeconfig, cluster.kubeconfig);
    await seed(forge, credentials);
    return {
      forge,
      clusterUrl: cluster.url,
      async close() {
        await cluster.close();
        await forge.close();
      },
    };
  } catch (error) {
    await forge.close();
    throw error;
  }
}

async function portFree<T>(name: string, port: number, start: Promise<T>): Promise<T> {
  try {
    return await start;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new CommandError(`port ${port} is taken`, {
      code: exitCodes.unavailable,
      next: `give another one with --${name}-port, or 0 for any`,
    });
  }
}
