import type { Time } from "./alarm.ts";
import type { Informer } from "./informer.ts";
import { type Gauge, queueBuckets, type Registry } from "./metrics.ts";
import { statusOf } from "./status.ts";
import type { QueueObserver, WorkQueue } from "./workqueue.ts";

/** Counts what a queue tells, under the names of client-go. `retried` is for whoever asks for another attempt. */
export function queueMetrics(registry: Registry, controller: string): QueueObserver & { retried(): void } {
  const labels = ["controller", "name"];
  const own = { controller, name: controller };
  const added = registry.counter({ name: "workqueue_adds_total", help: "Keys added.", labels })(own);
  const retries = registry.counter({ name: "workqueue_retries_total", help: "Keys added after a failure.", labels })(
    own,
  );
  const timed = { labels, buckets: queueBuckets };
  const waits = { ...timed, name: "workqueue_queue_duration_seconds", help: "How long ready keys wait for a worker." };
  const works = { ...timed, name: "workqueue_work_duration_seconds", help: "How long workers hold a key." };
  const waited = registry.histogram(waits)(own);
  const worked = registry.histogram(works)(own);
  const depths = registry.gauge({
    name: "workqueue_depth",
    help: "Keys that are ready.",
    labels: [...labels, "priority"],
  });
  const byPriority = new Map<number, Gauge>();
  const depth = (priority: number): Gauge => {
    const known = byPriority.get(priority) ?? depths({ ...own, priority: String(priority) });
    byPriority.set(priority, known);
    return known;
  };
  depth(0);
  return {
    added: () => added.inc(),
    retried: () => retries.inc(),
    ready: (priority, by) => depth(priority).add(by),
    taken: (_, waitedMs) => waited.observe(waitedMs / 1_000),
    done: (_, workedMs) => worked.observe(workedMs / 1_000),
  };
}

/** Keeps the gauges of work in progress up to date, at each reading. */
export function followWork(
  registry: Registry,
  controller: string,
  queue: WorkQueue,
  time: Pick<Time, "monotonic">,
): void {
  const labels = ["controller", "name"];
  const own = { controller, name: controller };
  const unfinished = {
    name: "workqueue_unfinished_work_seconds",
    help: "Time spent on keys in progress, summed.",
    labels,
  };
  const longest = { name: "workqueue_longest_running_processor_seconds", help: "Time of the longest one.", labels };
  const [sum, most] = [registry.gauge(unfinished)(own), registry.gauge(longest)(own)];
  registry.onCollect(() => {
    const now = time.monotonic();
    const seconds = [...queue.locked.values()].map((since) => (now - since) / 1_000);
    sum.set(seconds.reduce((total, each) => total + each, 0));
    most.set(Math.max(0, ...seconds));
  });
}

/**
 * Keeps `millrace_objects` up to date, at each reading: how many objects give which reason. Counted off the cache,
 * so a standby says the same as the leader, and no series is ever left behind by an object that is gone.
 */
export function followFindings(registry: Registry, controller: string, informer: Informer): void {
  const declared = {
    name: "millrace_objects",
    help: "Objects by the status and reason of their Ready condition.",
    labels: ["controller", "ready", "reason"],
  };
  const objects = registry.gauge(declared);
  let before = new Set<string>();
  registry.onCollect(() => {
    const counts = new Map<string, number>();
    for (const object of informer.list()) {
      const ready = statusOf(object).conditions?.find(({ type }) => type === "Ready");
      const finding = `${ready?.status ?? "Unknown"} ${ready?.reason ?? "NotObservedYet"}`;
      counts.set(finding, (counts.get(finding) ?? 0) + 1);
    }
    for (const finding of new Set([...before, ...counts.keys()])) {
      const [ready = "", reason = ""] = finding.split(" ");
      objects({ controller, ready, reason }).set(counts.get(finding) ?? 0);
    }
    before = new Set(counts.keys());
  });
}
