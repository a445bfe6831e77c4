import type { Cluster } from "../cluster.ts";
import { Collector } from "./collector.ts";
import { DefinitionKeeper } from "./definitions.ts";
import { expireEvents } from "./event-expiry.ts";
import { NamespaceKeeper } from "./namespaces.ts";

const expireEveryMs = 60_000;

/**
 * Starts what a real cluster's controller manager does for the API itself: garbage collection, namespaces,
 * definitions, the end of events. Returns how to stop it.
 */
export function startKeepers(cluster: Cluster): () => void {
  const keepers = [new Collector(cluster), new NamespaceKeeper(cluster), new DefinitionKeeper(cluster)];
  for (const keeper of keepers) keeper.sweep();
  expireEvents(cluster);
  const unsubscribe = cluster.store.subscribe((changes) => {
    for (const change of changes) for (const keeper of keepers) keeper.follow(change);
  });
  const timer = setInterval(() => expireEvents(cluster), expireEveryMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}
