import type { Server } from "../controller/lifecycle.ts";
import type { Manager } from "../controller/manager.ts";
import type { Registry } from "../controller/metrics.ts";
import { serveRuns } from "../gateway/runs.ts";
import { type Listener, serveOps, serveWebhooks } from "../gateway/server.ts";
import { type Answer, type World, webhooks } from "../gateway/webhook.ts";
import type { RunDesk } from "../reconcilers/job-port.ts";
import type { Log } from "../reconcilers/ports.ts";
import { CommandError, exitCodes } from "./command.ts";

type Where = { readonly host: string; readonly port: number } | undefined;

/** `/healthz`, `/readyz` and `/metrics`; none where it is off. */
export function opsServer(where: Where, manager: () => Manager, log: Log): readonly Server[] {
  if (!where) return [];
  const probes = {
    healthy: () => manager().liveness(),
    ready: () => manager().readiness(),
    metrics: () => manager().metrics(),
  };
  return [serverOf("ops", where, () => serveOps(where, probes, log))];
}

interface Gateway {
  readonly world: World;
  readonly registry: Registry;
  readonly ready: () => { readonly ok: boolean };
  readonly listening: (url: string) => void;
}

const notReady: Answer = {
  status: 503,
  result: "unavailable",
  body: { message: "the caches are not filled yet: redeliver this, or wait for the sweep" },
};

/** `POST /webhooks/{namespace}/{forge}`; none where it is off. Every replica takes deliveries, leader or not. */
export function gatewayServer(where: Where, { world, registry, ready, listening }: Gateway): readonly Server[] {
  if (!where) return [];
  const total = registry.counter({
    name: "millrace_webhook_deliveries_total",
    help: "Deliveries by what became of them.",
    labels: ["result"],
  });
  const seconds = registry.histogram({
    name: "millrace_webhook_duration_seconds",
    help: "Time until a delivery was answered.",
    labels: [],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const count = (result: Answer["result"], ms: number) => {
    total({ result }).inc();
    seconds({}).observe(ms / 1_000);
  };
  const take = webhooks(world);
  const serve = () =>
    serveWebhooks(where, (delivery) => (ready().ok ? take(delivery) : Promise.resolve(notReady)), {
      log: world.log,
      count,
    });
  return [serverOf("gateway", where, serve, listening)];
}

/** Where pods of commands fetch their files and deliver what came of them. */
export const runsServer = (where: NonNullable<Where>, desk: RunDesk, log: Log): Server =>
  serverOf("runs", where, () => serveRuns(where, desk, log));

function serverOf(
  name: string,
  { host, port }: NonNullable<Where>,
  serve: () => Promise<Listener>,
  listening?: (url: string) => void,
): Server {
  let listener: Listener | undefined;
  return {
    name,
    async start() {
      try {
        listener = await serve();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
        throw new CommandError(`${host}:${port} is taken`, {
          code: exitCodes.unavailable,
          next: `give another address with --${name}, or off`,
        });
      }
      listening?.(listener.url);
    },
    stop: async () => listener?.close(),
  };
}
