import { type Client, createClient, type Resource } from "../../controller/client.ts";
import { loadKubeConfig } from "../../controller/kubeconfig.ts";
import type { Scrubber } from "../../controller/scrub.ts";
import { createTransport } from "../../controller/transport.ts";
import type { Log } from "../../reconcilers/ports.ts";
import { runController } from "../assemble.ts";
import type { Context } from "../command.ts";
import { readSettings } from "../settings.ts";
import { forgeApi } from "./forge-api.ts";
import { runRobot } from "./robot.ts";
import type { Ports, Stack } from "./stack.ts";
import type { State } from "./state.ts";
import { namespace } from "./story.ts";

/** Who works in the background: the controller and the robot. */
export interface Cast {
  readonly client: Client;
  /** Where webhooks go; undefined when they are switched off. */
  readonly gateway: string | undefined;
  /** Aborts when one of them cannot go on. */
  readonly failed: AbortSignal;
  close(): Promise<void>;
}

interface Stage {
  readonly context: Context;
  readonly state: State;
  readonly stack: Stack;
  readonly ports: Ports;
  readonly webhooks: boolean;
  readonly log: Log;
  /** The one that the log is written through, so that what is learned stays out of it. */
  readonly scrubber: Scrubber;
}

/** Starts the controller and the robot against a stack; resolves when the controller takes webhooks. */
export async function startCast(stage: Stage): Promise<Cast> {
  const { context, state, stack, log, scrubber } = stage;
  const stop = new AbortController();
  const failed = new AbortController();
  const { access } = await loadKubeConfig({ from: "file", path: state.kubeconfig });
  const transport = createTransport(access, { userAgent: `millrace-up/${context.version}`, random: context.random });
  const client = createClient(transport);
  await giveSecret(client, state, context.signal);
  const work: Promise<void>[] = [];
  const background = (running: Promise<void>) =>
    work.push(running.catch((error: unknown) => (stop.signal.aborted ? undefined : failed.abort(error))));

  const settings = settingsOf(stage);
  const environment = { ...context, settings, access, log, scrubber, path: context.env["PATH"] ?? "" };
  const gateway = await new Promise<string | undefined>((resolve, reject) => {
    failed.signal.addEventListener("abort", () => reject(failed.signal.reason), { once: true });
    background(runController(environment, stop.signal, resolve));
    if (!stage.webhooks) resolve(undefined);
  });
  background(runRobot(forgeApi(stack.forge.api, state.credentials.robot), context.clock, stop.signal));
  return {
    client,
    gateway,
    failed: failed.signal,
    async close() {
      stop.abort(new Error("the demo is over"));
      await Promise.all(work);
      await transport.close();
    },
  };
}

function settingsOf({ context, state, ports, webhooks }: Stage) {
  const env = {
    MILLRACE_STATE: state.folder,
    MILLRACE_GATEWAY: webhooks ? `127.0.0.1:${ports.gateway}` : "off",
    MILLRACE_OPS: "off",
    MILLRACE_LEADER_ELECTION: "false",
    MILLRACE_WORKERS: context.env["MILLRACE_WORKERS"],
  };
  return readSettings({ env, options: {} });
}

const secrets: Resource = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };

/** The Secret that examples/forge.yaml names. */
async function giveSecret(client: Client, { credentials }: State, signal: AbortSignal): Promise<void> {
  const stringData = { token: credentials.bot, webhookSecret: credentials.webhook };
  const object = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "forge", namespace },
    type: "Opaque",
    stringData,
  };
  await client.apply(secrets, object, { fieldManager: "millrace-up", force: true, signal });
}
