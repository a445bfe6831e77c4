import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { type ClusterAccess, type Credentials, sameTls, type TlsMaterial } from "./access.ts";
import type { Call } from "./transport.ts";

interface PoolOptions {
  readonly userAgent: string;
  readonly connections?: number;
  readonly silenceMs?: number;
}

interface Pool {
  readonly tls: TlsMaterial;
  readonly calls: Dispatcher;
  readonly streams: Dispatcher;
}

/**
 * The connections to one server: some for calls, and one for each watch, which occupies it for minutes.
 * When a client certificate is replaced, new requests take new connections; old ones finish what they are doing.
 */
export class Pools {
  readonly #options: PoolOptions;
  readonly #access: ClusterAccess;
  readonly #origin: string;
  readonly #prefix: string;
  #pool: Pool | undefined;

  constructor(access: ClusterAccess, options: PoolOptions) {
    const { origin, pathname, protocol } = new URL(access.server);
    if (protocol !== "https:" && protocol !== "http:") {
      throw new Error(`the cluster's server is ${access.server}; a URL with https is needed`);
    }
    this.#access = access;
    this.#options = options;
    this.#origin = origin;
    this.#prefix = pathname.replace(/\/$/, "");
  }

  calls(credentials: Credentials): Dispatcher {
    return this.#current(credentials).calls;
  }

  streams(credentials: Credentials): Dispatcher {
    return this.#current(credentials).streams;
  }

  request(call: Call, { headers }: Credentials): Dispatcher.DispatchOptions {
    const { method, path, query = "", body, contentType, accept = "application/json", compressed } = call;
    return {
      origin: this.#origin,
      path: this.#prefix + path + query,
      method: method as Dispatcher.HttpMethod,
      body: body ?? null,
      headers: {
        ...headers,
        accept,
        "user-agent": this.#options.userAgent,
        ...(contentType && { "content-type": contentType }),
        ...(compressed && { "accept-encoding": "gzip" }),
      },
    };
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await Promise.all([pool?.calls.destroy(), pool?.streams.destroy()]);
  }

  #current({ tls }: Credentials): Pool {
    const old = this.#pool;
    if (old?.tls === tls) return old;
    // A new token comes with a new copy of the same material, which is compared once.
    if (old && sameTls(old.tls, tls)) {
      this.#pool = { ...old, tls };
      return this.#pool;
    }
    if (old) for (const dispatcher of [old.calls, old.streams]) void dispatcher.close().catch(() => undefined);
    const { connections = 32, silenceMs = 60_000 } = this.#options;
    const calls = this.#agent(tls, { connections, headersTimeout: silenceMs, bodyTimeout: silenceMs });
    // A watch may be silent for as long as nothing changes; who watches knows how long that may be.
    const streams = this.#agent(tls, { headersTimeout: silenceMs, bodyTimeout: 0 });
    this.#pool = { tls, calls, streams };
    return this.#pool;
  }

  #agent(tls: TlsMaterial, limits: Agent.Options): Dispatcher {
    const { proxyUrl } = this.#access;
    // The kernel notices a peer that vanished without a word 30 s after the last one, plus ten probes of a second.
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 };
    const material = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
    const shared = { ...limits, keepAliveTimeout: 30_000 };
    if (proxyUrl) return new ProxyAgent({ ...shared, uri: proxyUrl, requestTls: material, connect: keepAlive });
    return new Agent({ ...shared, connect: { ...material, ...keepAlive } });
  }
}
