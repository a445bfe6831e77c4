import { randomInt } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Cluster } from "../cluster.ts";
import type { Fault } from "../fault.ts";
import { parseCount } from "../verb/revision.ts";
import { Watcher } from "../verb/watch.ts";
import type { WatchHub } from "../verb/watch-hub.ts";
import type { Call } from "./call.ts";
import { WatchSink } from "./watch-sink.ts";

interface Opening {
  readonly hub: WatchHub;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
  /** Resets the client's connection. */
  readonly reset: () => void;
}

/** Answers a watch: from now on the response belongs to it. Throws, before its first byte, what is wrong with it. */
export function openWatch(cluster: Cluster, call: Call, { hub, response, fault, reset }: Opening): void {
  const seconds = parseCount(call.query.get("timeoutSeconds")) || randomInt(1800, 3600);
  const watcher = new Watcher(cluster, call);
  const sink = new WatchSink(response, fault, reset);
  if (!watcher.start(sink)) return;
  hub.add(watcher);
  const timer = setTimeout(() => watcher.finish(), seconds * 1_000);
  response.once("close", () => {
    clearTimeout(timer);
    hub.delete(watcher);
  });
}
