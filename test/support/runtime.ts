import { after } from "node:test";
import { type Client, createClient } from "../../src/controller/client.ts";
import { createInformer, type Informer, type InformerOptions } from "../../src/controller/informer.ts";
import { createTransport, type Transport, type TransportOptions } from "../../src/controller/transport.ts";
import type { Log } from "../../src/reconcilers/ports.ts";
import { FakeClock } from "./clock.ts";
import { HostileServer, widgets } from "./hostile-server.ts";

export interface Line {
  readonly level: "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps warnings and errors. */
export function memoryLog(): Log & { readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const keep = (level: Line["level"]) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: fields as Line["fields"] });
  const log = { lines, debug: () => undefined, info: () => undefined, warn: keep("warn"), error: keep("error") };
  return { ...log, child: () => memoryLog() };
}

/** A hostile server and a client of it. Everything is closed at the end of the test. */
export interface Bench {
  readonly server: HostileServer;
  readonly transport: Transport;
  readonly client: Client;
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof memoryLog>;
  /** An informer that runs, what its handlers heard, and its end. */
  informer(options?: Partial<InformerOptions>): RunningInformer;
}

export interface RunningInformer {
  readonly informer: Informer;
  /** As `add a initial`, `update a`, `delete a tombstone`. */
  readonly heard: string[];
  stop(): Promise<void>;
}

/** `random` is always a half, so that waits are known. */
export async function bench(options: Partial<TransportOptions> = {}): Promise<Bench> {
  const server = await HostileServer.start();
  const clock = new FakeClock();
  const log = memoryLog();
  const random = (): number => 0.5;
  const transport = createTransport(server.access, { userAgent: "test", random, time: clock, ...options });
  const client = createClient(transport);
  const running: RunningInformer[] = [];
  after(async () => {
    for (const each of running) await each.stop();
    await transport.close();
    await server.close();
  });
  return {
    server,
    transport,
    client,
    clock,
    log,
    informer: (more = {}) => {
      const informer = createInformer(client, widgets, { random, time: clock, log, ...more });
      const each = run(informer);
      running.push(each);
      return each;
    },
  };
}

function run(informer: Informer): RunningInformer {
  const heard: string[] = [];
  const stop = new AbortController();
  informer.on({
    add: (object, { initial }) => heard.push(`add ${object.metadata.name}${initial ? " initial" : ""}`),
    update: (_, object) => heard.push(`update ${object.metadata.name}`),
    delete: (object, { tombstone }) => heard.push(`delete ${object.metadata.name}${tombstone ? " tombstone" : ""}`),
  });
  const done = informer.start(stop.signal);
  return {
    informer,
    heard,
    stop: () => {
      stop.abort(new Error("the test is over"));
      return done;
    },
  };
}
