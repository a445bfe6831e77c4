/** TLS material, in PEM. */
export interface TlsMaterial {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** What a request needs beside itself to be let in. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** Where an API server is, and how to be let in. */
export interface ClusterAccess {
  /** As `https://10.0.0.1:6443`; a path is kept in front of every request's. */
  readonly server: string;
  /** An HTTP proxy on the way there. */
  readonly proxyUrl?: string | undefined;
  /** What is valid now. `fresh` forgets what was known, after the server refused it. May take seconds. */
  credentials(options: { readonly fresh: boolean }): Promise<Credentials>;
}

/** A token or certificate on disk is replaced long before it expires; this long it may go unnoticed. */
const maxAgeMs = 30_000;

/**
 * The credentials of an access, asked for at most every 30 s. Old ones stay in use while new ones are fetched, so that
 * a slow plugin delays no request; only the first request, and those after a refusal, wait.
 */
export class CredentialCache {
  readonly #access: ClusterAccess;
  readonly #monotonic: () => number;
  #known: Credentials | undefined;
  #refresh: Promise<Credentials> | undefined;
  #askedAt = 0;

  constructor(access: ClusterAccess, monotonic: () => number) {
    this.#access = access;
    this.#monotonic = monotonic;
  }

  async current(): Promise<Credentials> {
    if (!this.#known) return this.#fetch(false);
    if (this.#monotonic() - this.#askedAt > maxAgeMs) {
      // When this fails, the old ones are used until the server refuses them; then the failure is thrown.
      this.#fetch(false).catch(() => undefined);
    }
    return this.#known;
  }

  /** Different ones than those that the server refused, or undefined when there are none. */
  async instead(refused: Credentials): Promise<Credentials | undefined> {
    if (this.#known && this.#known !== refused) return this.#known;
    const fresh = await this.#fetch(true);
    return fresh === refused ? undefined : fresh;
  }

  #fetch(fresh: boolean): Promise<Credentials> {
    this.#refresh ??= this.#ask(fresh).finally(() => {
      this.#refresh = undefined;
    });
    return this.#refresh;
  }

  async #ask(fresh: boolean): Promise<Credentials> {
    // Failures count as well: a broken plugin is not run for every request.
    this.#askedAt = this.#monotonic();
    const credentials = await this.#access.credentials({ fresh });
    // The same value keeps its identity, so that who compares sees no change.
    if (!this.#known || !sameCredentials(this.#known, credentials)) this.#known = credentials;
    return this.#known;
  }
}

const sameCredentials = (a: Credentials, b: Credentials): boolean =>
  JSON.stringify(a.headers) === JSON.stringify(b.headers) && sameTls(a.tls, b.tls);

/** Whether both open the same kind of connection. */
export const sameTls = (a: TlsMaterial, b: TlsMaterial): boolean => JSON.stringify(a) === JSON.stringify(b);
