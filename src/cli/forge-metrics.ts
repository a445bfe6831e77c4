import type { Registry } from "../controller/metrics.ts";
import type { ClosableForges } from "../forge/forges.ts";

/** Shows how each Forge object's limits are used, read when the metrics are. */
export function forgeMetrics(registry: Registry, forges: Pick<ClosableForges, "readings">): void {
  const gauge = (name: string, help: string) => registry.gauge({ name, help, labels: ["forge"] });
  const quota = gauge("millrace_forge_quota_remaining", "Requests left of the forge's primary limit.");
  const hour = gauge("millrace_forge_content_hour", "Pull requests, comments and the like created in the last hour.");
  const waiting = gauge("millrace_forge_waiting", "Requests that wait for their turn to create content.");
  const throttled = total(
    "millrace_forge_throttled_seconds_total",
    "For how long the forge let nothing through, since the start.",
  );
  const refusals = total("millrace_forge_refusals_total", "Requests that the forge refused as one too many.");
  registry.onCollect(() => {
    for (const { forge, quotaRemaining, contentHour, ...reading } of forges.readings()) {
      if (quotaRemaining !== undefined) quota({ forge }).set(quotaRemaining);
      hour({ forge }).set(contentHour);
      waiting({ forge }).set(reading.waiting);
      throttled(forge, reading.throttledSeconds);
      refusals(forge, reading.refusals);
    }
  });

  /** A counter that is told its total. One that begins anew, as with another credential, goes on from where it was. */
  function total(name: string, help: string): (forge: string, value: number) => void {
    const counter = registry.counter({ name, help, labels: ["forge"] });
    const last = new Map<string, number>();
    return (forge, value) => {
      const before = last.get(forge) ?? 0;
      counter({ forge }).inc(value >= before ? value - before : value);
      last.set(forge, value);
    };
  }
}
