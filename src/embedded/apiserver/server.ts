import { randomBytes } from "node:crypto";
import { builtinResources } from "./builtin/resources.ts";
import type { Cluster, WallClock } from "./cluster.ts";
import type { FaultHook } from "./fault.ts";
import { Counter, type Counts } from "./http/counter.ts";
import { listen } from "./http/listener.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { preload } from "./lifecycle/preload.ts";
import { followDefinitions } from "./lifecycle/served.ts";
import { Registry } from "./resource/registry.ts";
import { Store } from "./store/store.ts";
import { makeIdentity } from "./tls/certificate.ts";
import { WatchHub } from "./verb/watch-hub.ts";

export interface ApiServerOptions {
  /** Where everything is kept. Without it the server forgets all when it stops. */
  readonly dataDir?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The address to listen on; by default 127.0.0.1. */
  readonly host?: string;
  readonly clock: WallClock;
  /** The administrator's bearer token; by default a random one. */
  readonly token?: string;
  /** Plays faults, for tests. */
  readonly fault?: FaultHook;
  /** Objects to apply before the first request is taken, such as our own definitions. */
  readonly preload?: readonly object[];
}

/** A running server. */
export interface ApiServer {
  /** `https://HOST:PORT` */
  readonly url: string;
  /** The certificate authority, in PEM. */
  readonly ca: string;
  readonly token: string;
  /** A kubeconfig text for the administrator. */
  readonly kubeconfig: string;
  counts(): Counts;
  /** Forgets the history of changes, so that a watch which resumes from before is told 410. */
  compact(): void;
  close(): Promise<void>;
}

const history = { changes: 10_000, ageMs: 5 * 60_000 };

/** Starts an API server that speaks enough of Kubernetes for kubectl, helm and controllers. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const host = options.host ?? "127.0.0.1";
  const identity = makeIdentity([host, "127.0.0.1", "localhost"]);
  const token = options.token ?? randomBytes(24).toString("base64url");
  const restored = { revision: 1, entries: [] };
  const store = new Store({ clock: options.clock, journal: undefined, limits: history, restored });
  const registry = new Registry(builtinResources);
  const cluster: Cluster = { store, registry, clock: options.clock };
  followDefinitions(cluster);
  preload(cluster, options.preload ?? []);
  await store.settled();
  const hub = new WatchHub(cluster);
  const counter = new Counter();
  const listener = await listen(cluster, {
    hub,
    counter,
    fault: options.fault,
    token,
    identity,
    host,
    port: options.port ?? 0,
  });
  const url = `https://${host}:${listener.port}`;
  return {
    url,
    ca: identity.ca,
    token,
    kubeconfig: kubeconfig({ url, ca: identity.ca, token }),
    counts: () => counter.counts(),
    compact: () => store.compact(),
    async close() {
      hub.close();
      await listener.close();
      await store.close();
    },
  };
}
