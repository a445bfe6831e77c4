import { createHash } from "node:crypto";
import { type Dispatcher, fetch, type Response } from "undici";
import { ForgeError } from "../reconcilers/errors.ts";
import type { Slug } from "../reconcilers/forge-port.ts";
import { connectionFailure } from "./connection.ts";
import type { Credential } from "./credential.ts";

export interface ArchiveOptions {
  /** Root of the host's pages. */
  readonly web: string;
  readonly credential: Credential;
  readonly dispatcher: Dispatcher;
}

/** So many sums are remembered: a commit's archive never changes. */
const maxRemembered = 500;
const maxRedirects = 5;
/** Longest that one archive may take. */
const timeoutMs = 600_000;
const maxAttempts = 2;

/**
 * Sums of the archives that a host serves at `/OWNER/NAME/archive/SHA.tar.gz`, which is what build tools download and
 * compare. They are streamed through, never held. The API's own tarballs differ in their bytes, so they do not serve.
 */
export class Archives {
  readonly #options: ArchiveOptions;
  readonly #known = new Map<string, string>();
  readonly #flights = new Map<string, Promise<string>>();

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /** SHA-256 in hex. Who asks for the same at the same time shares one download; a signal lets go of the wait. */
  async sha256(at: Slug, sha: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const path = `${at.owner}/${at.name}/archive/${sha}.tar.gz`;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const there = this.#flights.get(path);
    const flight = there ?? this.#download(path, `get the archive of ${at.owner}/${at.name} at ${sha}`);
    if (!there) {
      this.#flights.set(path, flight);
      flight
        .then((sum) => this.#remember(path, sum))
        .catch(() => undefined) // Whoever waits hears of it.
        .finally(() => this.#flights.delete(path));
    }
    return unlessAborted(flight, signal);
  }

  #remember(path: string, sum: string): void {
    this.#known.set(path, sum);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxRemembered) break;
      this.#known.delete(oldest);
    }
  }

  async #download(path: string, doing: string): Promise<string> {
    const url = `${this.#options.web}/${path}`;
    const signal = AbortSignal.timeout(timeoutMs);
    for (let attempt = 1; ; attempt++) {
      try {
        let response = await this.#follow(url, undefined, signal);
        // A private repository looks absent to a stranger.
        if ([401, 403, 404].includes(response.status)) {
          await response.body?.cancel();
          const { username, password } = await this.#options.credential.git(signal);
          const basic = Buffer.from(`${username}:${password}`).toString("base64");
          response = await this.#follow(url, `Basic ${basic}`, signal);
        }
        return await sumOf(response, doing);
      } catch (error) {
        const failure =
          error instanceof ForgeError
            ? error
            : new ForgeError("unavailable", `could not ${doing}: ${connectionFailure(error)}`);
        if (failure.code !== "unavailable" || attempt === maxAttempts) throw failure;
      }
    }
  }

  /** Follows redirects, to other hosts as well, but leaves the credential at home. */
  async #follow(from: string, authorization: string | undefined, signal: AbortSignal): Promise<Response> {
    let url = from;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const isHome = new URL(url).origin === new URL(from).origin;
      const response = await fetch(url, {
        headers: { ...(authorization !== undefined && isHome && { authorization }) },
        redirect: "manual",
        signal,
        dispatcher: this.#options.dispatcher,
      });
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) return response;
      await response.body?.cancel();
      const next = new URL(location, url);
      if (next.protocol !== "https:" && next.origin !== new URL(from).origin)
        throw new ForgeError("rejected", `the forge redirects an archive to ${next.protocol}//, which is not followed`);
      url = next.href;
    }
    throw new ForgeError("rejected", `the forge redirects an archive more than ${maxRedirects} times`);
  }
}

async function sumOf(response: Response, doing: string): Promise<string> {
  const { status, body } = response;
  if (status !== 200 || !body) {
    await body?.cancel();
    const code = status === 404 ? "absent" : status === 401 || status === 403 ? "denied" : "unavailable";
    throw new ForgeError(code, `could not ${doing}: the forge answered ${status}`);
  }
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
