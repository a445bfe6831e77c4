import { Forge } from "../../schema/forge.ts";
import type { OwnStatus } from "../../schema/kind.ts";
import type { Forges, Quota } from "../forge-port.ts";
import { intervalMs } from "../interval.ts";
import type { Secrets } from "../ports.ts";
import type { Again, Reconciler } from "../reconciler.ts";
import { decide } from "./decide.ts";
import { lastWebhookAt, type Observed, observe } from "./observe.ts";

type Status = OwnStatus<typeof Forge>;

interface World {
  readonly forges: Forges;
  readonly secrets: Secrets;
}

/** Nobody tells us when a Secret is made, so what lacks one looks for it. It costs one read in the cluster. */
const secretMs = 30_000;

/** While requests wait for their turn, people look how many. */
const waitingMs = 60_000;

/** Checks the credential of a git host, and reports what the host allows. */
export function forgeReconciler(world: World): Reconciler<typeof Forge> {
  return {
    kind: Forge,

    async reconcile(forge, turn) {
      const observed = await observe(forge, world, turn);
      return { finding: decide(observed), status: statusOf(observed), again: againOf(observed) };
    },
  };
}

function statusOf({ forge, identity, quota, content, throttledUntil, now }: Observed): Status {
  const known =
    identity.is === "known" ? { login: identity.login } : identity.is === "unasked" && forge.status?.identity;
  const told = quota ? roundedDown(quota) : forge.status?.quota;
  const webhookAt = minuteOf(forge.metadata.annotations?.[lastWebhookAt]);
  return {
    ...(known && { identity: known }),
    ...(told && { quota: told }),
    ...(content && {
      content: { hour: Math.ceil(content.hour / contentStep) * contentStep, waiting: content.waiting },
    }),
    ...(throttledUntil && throttledUntil > now && { throttledUntil: `${throttledUntil.toISOString().slice(0, 19)}Z` }),
    ...(webhookAt && { lastWebhookAt: webhookAt }),
  };
}

/** Creations are told to the next so many, so that a forge in use is not written again and again. */
const contentStep = 20;

/** In steps of a twentieth of the limit, so that an idle forge is not written again and again. */
function roundedDown({ limit, remaining }: Quota): NonNullable<Status["quota"]> {
  const step = Math.max(1, Math.floor(limit / 20));
  return { limit, remaining: Math.max(0, Math.floor(remaining / step) * step) };
}

/** Anybody who may annotate wrote it, so what is no time does not count. */
function minuteOf(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : `${new Date(at).toISOString().slice(0, 16)}:00Z`;
}

function againOf({ forge, credential, webhook, content, throttledUntil, now }: Observed): Again {
  if (forge.spec.suspend) return { is: "never" };
  const every = intervalMs(forge.spec.interval);
  if (credential || webhook) return { is: "after", ms: Math.min(secretMs, every) };
  const untilMs = throttledUntil ? throttledUntil.getTime() - now.getTime() : 0;
  if (untilMs > 0) return { is: "after", ms: Math.min(untilMs, every) };
  return { is: "after", ms: content && content.waiting > 0 ? Math.min(waitingMs, every) : every };
}
