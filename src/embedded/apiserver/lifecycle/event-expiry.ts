import { textAt } from "../builtin/cells.ts";
import type { Cluster } from "../cluster.ts";
import { parseEntry } from "../store/entry.ts";

const lifetimeMs = 60 * 60_000;

/** Removes the events that nobody has seen for an hour. */
export function expireEvents({ store, clock }: Cluster): void {
  const now = clock.now().getTime();
  for (const entry of [...store.entries("events")]) {
    const event = parseEntry(entry);
    const times = [
      event.metadata.creationTimestamp ?? "",
      textAt(event, "lastTimestamp"),
      textAt(event, "series", "lastObservedTime"),
    ].map((text) => Date.parse(text));
    const seen = Math.max(...times.filter((time) => !Number.isNaN(time)));
    if (now - seen >= lifetimeMs) store.remove("events", event);
  }
}
