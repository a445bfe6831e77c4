import type { WatchEvent } from "./client.ts";
import { KubeError, type Status } from "./errors.ts";
import { LineCutter } from "./lines.ts";
import { malformed } from "./refusal.ts";
import type { Call, Transport } from "./transport.ts";

const types: ReadonlySet<unknown> = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);

/** The events of a watch, one JSON document a line. Throws for an ERROR event, and for a line that is none of them. */
export async function* watchEvents(transport: Transport, call: Call, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  const cutter = new LineCutter();
  for await (const chunk of transport.stream({ ...call, signal })) {
    for (const line of cutter.push(chunk)) {
      if (line.length > 0) yield eventOf(line, call);
    }
  }
  if (cutter.unfinished) throw malformed(call, "the watch ended in the middle of an event");
}

function eventOf(line: string, call: Call): WatchEvent {
  let event: {
    readonly type?: unknown;
    readonly object?: { readonly metadata?: { readonly resourceVersion?: unknown } };
  };
  try {
    event = JSON.parse(line) as typeof event;
  } catch (cause) {
    throw malformed(call, `an event is not JSON: ${line.slice(0, 100)}`, cause);
  }
  const { type, object } = event;
  if (type === "ERROR") {
    const status = (object ?? {}) as Status;
    throw new KubeError({ request: `WATCH ${call.path}`, code: status.code ?? 500, status });
  }
  if (!types.has(type) || typeof object?.metadata?.resourceVersion !== "string") {
    throw malformed(call, `not an event: ${line.slice(0, 100)}`);
  }
  return event as unknown as WatchEvent;
}
