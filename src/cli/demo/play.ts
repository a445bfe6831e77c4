import { join } from "node:path";
import { createLog } from "../../controller/log.ts";
import { Scrubber } from "../../controller/scrub.ts";
import type { Context } from "../command.ts";
import { requireGit } from "../git-version.ts";
import { type Cast, startCast } from "./cast.ts";
import { forgeApi } from "./forge-api.ts";
import { pointHooks, protectBranches } from "./hooks.ts";
import { handsOf } from "./kubectl.ts";
import { localFleet } from "./local-fleet.ts";
import { type Narrator, narrator } from "./narrator.ts";
import { type Ports, type Stack, startStack } from "./stack.ts";
import { openState, type State } from "./state.ts";
import { namespace, tellStory } from "./story.ts";

/** How `demo` and `up` differ. */
export interface Plan {
  readonly folder: string;
  readonly ports: Ports;
  readonly webhooks: boolean;
  /** Runs when the story is over, while everything still serves. */
  readonly afterwards: (tell: Narrator, failed: AbortSignal) => Promise<void>;
}

/** Starts everything on this machine, tells the story, and stops everything again, however it ends. */
export async function play(context: Context, plan: Plan): Promise<void> {
  await requireGit(context.env["PATH"] ?? "");
  const state = openState(plan.folder);
  try {
    const tell = narrator(context, () => performance.now());
    tell.chapter("A forge and a control plane, on this machine");
    await onStage({ context, plan, state, tell });
  } finally {
    state.release();
  }
}

interface Setting {
  readonly context: Context;
  readonly plan: Plan;
  readonly state: State;
  readonly tell: Narrator;
}

async function onStage(setting: Setting): Promise<void> {
  const { context, plan, state } = setting;
  const level = context.options["verbose"] ? "info" : "error";
  const scrubber = new Scrubber();
  const log = createLog({ level, clock: context.clock, scrubber, to: { write: context.error } });
  const { ports, webhooks } = plan;
  const stack = await startStack(state, { ports, clock: context.clock, log, path: context.env["PATH"] ?? "" });
  try {
    const cast = await startCast({ context, state, stack, ports, webhooks, log, scrubber });
    try {
      await perform(setting, stack, cast);
    } finally {
      await cast.close();
    }
  } finally {
    await stack.close();
  }
}

async function perform({ context, plan, state, tell }: Setting, stack: Stack, cast: Cast): Promise<void> {
  const { forge } = stack;
  const { clock, root, env } = context;
  const { credentials, kubeconfig } = state;
  const path = env["PATH"] ?? "";
  const signal = AbortSignal.any([context.signal, cast.failed]);
  const ada = forgeApi(forge.api, credentials.developer);
  await protectBranches(ada);
  if (cast.gateway)
    await pointHooks(ada, { url: `${cast.gateway}/webhooks/${namespace}/local`, secret: credentials.webhook });
  tell.say(`forge          ${forge.url}   real git over HTTP, GitHub's API, a page for people`);
  tell.say(`control plane  ${stack.clusterUrl}  real kubectl: KUBECONFIG=${kubeconfig} kubectl get proposals -w`);
  tell.say(
    cast.gateway
      ? `webhooks       ${cast.gateway}   signed, from the forge to the controller`
      : "webhooks       off: the sweep does it alone",
  );

  const hands = await handsOf({ client: cast.client, kubeconfig, namespace, path, signal });
  const fleet = localFleet(join(root, "examples"), state.folder, { api: forge.api, webhooks: plan.webhooks });
  await tellStory({ state, forge, client: cast.client, hands, tell, clock, signal, path, fleet });
  await plan.afterwards(tell, cast.failed);
}
