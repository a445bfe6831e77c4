import { type Registry, reconcileBuckets } from "./metrics.ts";

/** How a turn is counted; controller-runtime's words. */
export type Result = "success" | "error" | "requeue" | "requeue_after";

const results = ["success", "error", "requeue", "requeue_after"] as const satisfies readonly Result[];

/** What one controller counts, under the names that controller-runtime has, so that its dashboards work. */
export interface ControllerMetrics {
  began(): void;
  ended(result: Result, ms: number): void;
  /** A failure that is not tried again before something changes. */
  terminal(): void;
  timeout(): void;
  /** A reconciler or a handler broke its contract. */
  panic(): void;
}

const prefix = "controller_runtime";

/** Declares the metrics of a controller that runs so many turns at once. */
export function controllerMetrics(registry: Registry, controller: string, workers: number): ControllerMetrics {
  const labels = ["controller"];
  const count = (name: string, help: string) =>
    registry.counter({ name: `${prefix}_${name}`, help, labels })({ controller });
  const gauge = (name: string, help: string) =>
    registry.gauge({ name: `${prefix}_${name}`, help, labels })({ controller });
  const errors = count("reconcile_errors_total", "Turns that failed.");
  const terminal = count("terminal_reconcile_errors_total", "Turns that failed and are not tried again by themselves.");
  const panics = count("reconcile_panics_total", "Reconcilers and handlers that broke their contract.");
  const timeouts = count("reconcile_timeouts_total", "Turns that were stopped at their deadline.");
  const active = gauge("active_workers", "Turns that run now.");
  gauge("max_concurrent_reconciles", "Turns that may run at once.").set(workers);
  const time = {
    name: `${prefix}_reconcile_time_seconds`,
    help: "How long turns take.",
    labels,
    buckets: reconcileBuckets,
  };
  const took = registry.histogram(time)({ controller });
  const total = registry.counter({
    name: `${prefix}_reconcile_total`,
    help: "Turns, by result.",
    labels: ["controller", "result"],
  });
  const byResult = new Map(results.map((result) => [result, total({ controller, result })]));
  return {
    began: () => active.add(1),
    ended: (result, ms) => {
      active.add(-1);
      byResult.get(result)?.inc();
      if (result === "error") errors.inc();
      took.observe(ms / 1_000);
    },
    terminal: () => terminal.inc(),
    timeout: () => timeouts.inc(),
    panic: () => panics.inc(),
  };
}
