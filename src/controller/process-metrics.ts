import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { Time } from "./alarm.ts";
import type { Registry } from "./metrics.ts";
import type { Call } from "./transport.ts";

/** What is lately, in milliseconds. */
const windowMs = 60_000;

/** How late the event loop is: what makes leases and probes late. */
export class LoopDelay {
  readonly #time: Pick<Time, "monotonic">;
  readonly #recent: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });
  #since = 0;
  #before = 0;

  constructor(time: Pick<Time, "monotonic">) {
    this.#time = time;
  }

  start(): void {
    this.#since = this.#time.monotonic();
    this.#recent.enable();
  }

  stop(): void {
    this.#recent.disable();
  }

  /** The delay that 99 of 100 measurements of the last one or two minutes stay below, in milliseconds. */
  p99Ms(): number {
    const measured = this.#recent.percentile(99) / 1e6;
    const now = Number.isFinite(measured) ? measured : 0;
    if (this.#time.monotonic() - this.#since > windowMs) {
      this.#before = now;
      this.#since = this.#time.monotonic();
      this.#recent.reset();
    }
    return Math.max(now, this.#before);
  }
}

/** Memory, processor time and event loop of this process, under the names that client libraries of Prometheus give. */
export function processMetrics(registry: Registry, delay: LoopDelay): void {
  const gauge = (name: string, help: string) => registry.gauge({ name, help })();
  const resident = gauge("process_resident_memory_bytes", "Memory that the process has, in bytes.");
  const heap = gauge("nodejs_heap_size_used_bytes", "Memory that objects take, in bytes.");
  const external = gauge("nodejs_external_memory_bytes", "Memory that buffers take, in bytes.");
  const lag = gauge(
    "nodejs_eventloop_lag_p99_seconds",
    "Delay of the event loop in the last minutes, 99th percentile.",
  );
  const cpu = registry.counter({ name: "process_cpu_seconds_total", help: "Processor time spent, in seconds." })();
  let spent = 0;
  registry.onCollect(() => {
    const { rss, heapUsed, external: buffers } = process.memoryUsage();
    resident.set(rss);
    heap.set(heapUsed);
    external.set(buffers);
    lag.set(delay.p99Ms() / 1_000);
    const { user, system } = process.cpuUsage();
    const total = (user + system) / 1e6;
    cpu.inc(Math.max(0, total - spent));
    spent = total;
  });
}

/** Counts requests to the API server: give it to the transport as `observe`. */
export function requestMetrics(registry: Registry): (call: Call, code: number, durationMs: number) => void {
  const total = registry.counter({
    name: "rest_client_requests_total",
    help: "Answers of the API server; code <error> where none came.",
    labels: ["code", "method"],
  });
  const durations = registry.histogram({
    name: "rest_client_request_duration_seconds",
    help: "How long answers took.",
    labels: ["verb"],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
  });
  return ({ method }, code, durationMs) => {
    total({ code: code === 0 ? "<error>" : String(code), method }).inc();
    durations({ verb: method }).observe(durationMs / 1_000);
  };
}
