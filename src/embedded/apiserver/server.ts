import { mkdir } from "node:fs/promises";
import { Access } from "./access/access.ts";
import type { TokenUser } from "./access/authenticator.ts";
import { firstRoles } from "./access/bootstrap.ts";
import { builtinResources } from "./builtin/resources.ts";
import type { Cluster, WallClock } from "./cluster.ts";
import type { FaultHook } from "./fault.ts";
import { Counter, type Counts } from "./http/counter.ts";
import { listen } from "./http/listener.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { startKeepers } from "./lifecycle/keepers.ts";
import { preload } from "./lifecycle/preload.ts";
import { followDefinitions } from "./lifecycle/served.ts";
import { Registry } from "./resource/registry.ts";
import { everythingAt } from "./store/everything.ts";
import { FileJournal } from "./store/journal.ts";
import { lockFolder } from "./store/lock.ts";
import { Store } from "./store/store.ts";
import { keepCredentials, makeCredentials } from "./tls/identity-file.ts";
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
  /** Further users, who may do what the stored roles allow them. */
  readonly users?: readonly TokenUser[];
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
const compactBytes = 64 * 1024 * 1024;

/**
 * Starts an API server that speaks enough of Kubernetes for kubectl, helm and controllers.
 * Rejects when the port is taken, or the folder is in use or damaged.
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const host = options.host ?? "127.0.0.1";
  const wish = { names: [...new Set([host, "127.0.0.1", "localhost"])], token: options.token };
  const keep = options.dataDir === undefined ? undefined : await openFolder(options.dataDir);
  const { identity, token, signingKey } = keep ? await keepCredentials(keep.folder, wish) : makeCredentials(wish);
  const store = new Store({
    clock: options.clock,
    journal: keep?.journal,
    limits: history,
    restored: keep?.journal.restored ?? { revision: 1, entries: [] },
  });
  keep?.journal.compactFrom((revision) => everythingAt(store, revision));
  const cluster: Cluster = { store, registry: new Registry(builtinResources), clock: options.clock };
  followDefinitions(cluster);
  const stopKeepers = startKeepers(cluster);
  preload(cluster, [...firstRoles, ...(options.preload ?? [])]);
  await store.settled();
  const hub = new WatchHub(cluster);
  const counter = new Counter();
  const access = new Access(cluster, { token, signingKey, users: options.users ?? [] });
  const surroundings = { access, hub, counter, fault: options.fault, identity, host, port: options.port ?? 0 };
  const listener = await listen(cluster, surroundings);
  const url = `https://${host}:${listener.port}`;
  return {
    url,
    ca: identity.ca,
    token,
    kubeconfig: kubeconfig({ url, ca: identity.ca, token }),
    counts: () => counter.counts(),
    compact: () => store.compact(),
    async close() {
      stopKeepers();
      hub.close();
      await listener.close();
      await store.close();
      await keep?.release();
    },
  };
}

interface Folder {
  readonly folder: string;
  readonly journal: FileJournal;
  release(): Promise<void>;
}

async function openFolder(folder: string): Promise<Folder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = await lockFolder(folder);
  try {
    return { folder, journal: await FileJournal.open({ folder, compactBytes }), release };
  } catch (error) {
    await release();
    throw error;
  }
}
