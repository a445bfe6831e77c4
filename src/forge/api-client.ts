import type { Dispatcher } from "undici";
import { ForgeError } from "../reconcilers/errors.ts";
import type { Clock } from "../reconcilers/ports.ts";
import { type Answer, redirection, saidOf, toResponse } from "./answer.ts";
import { AnswerCache } from "./answer-cache.ts";
import { pathBelow } from "./api-path.ts";
import { askOf, isRead } from "./cost.ts";
import type { Credential } from "./credential.ts";
import type { Ask } from "./governor.ts";
import type { Gate } from "./request-gate.ts";
import { type Outgoing, send } from "./send.ts";

export interface ApiOptions {
  /** Root of the API, without a slash at its end. */
  readonly root: string;
  /** Root of the API that takes files, where that is another one. */
  readonly uploads?: string;
  readonly gate: Gate;
  /** Whose requests these are, where a credential is shared. */
  readonly tenant: string;
  readonly credential: () => Credential;
  readonly clock: Clock;
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number;
  readonly dispatcher: Dispatcher;
  /** What a request costs; by default as on GitHub. `path` starts after the API's root. */
  readonly costOf?: (method: string, path: string, body?: string) => Ask;
}

const maxAttempts = 3;
const firstPauseMs = 250;
const maxRedirects = 3;

/**
 * Sends the requests of one credential to one API: through its gate, conditionally where the answer is known, over
 * connections that stay open. Reads are tried again when the host or the way to it fails; writes never.
 */
export class ApiClient {
  readonly #options: ApiOptions;
  readonly #cache = new AnswerCache();

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** What Octokit calls in place of `fetch`. Rejects with a ForgeError, or with the signal's reason. */
  readonly fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    let outgoing: Outgoing = {
      method: init.method ?? "GET",
      url: input,
      headers: lowerCase(init.headers as Readonly<Record<string, string>> | undefined),
      body: typeof init.body === "string" || init.body instanceof Uint8Array ? init.body : undefined,
      signal: init.signal ?? new AbortController().signal,
    };
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const answer = await this.#authorized(outgoing);
      const to = redirection(answer);
      if (to === undefined) return toResponse(answer, hop > 0);
      outgoing = { ...outgoing, url: this.#allowed(to, outgoing.url) };
    }
    throw new ForgeError("rejected", `the forge redirects more than ${maxRedirects} times`);
  };

  /** With the credential, once more with a new one where the host has forgotten the old one. */
  async #authorized(outgoing: Outgoing): Promise<Answer> {
    if (outgoing.headers["authorization"] !== undefined) return this.#persistent(outgoing);
    const credential = this.#options.credential();
    const { signal } = outgoing;
    const sendSigned = async (): Promise<Answer> => {
      const authorization = await credential.authorization(this.#path(outgoing.url), signal);
      return this.#persistent({ ...outgoing, headers: { ...outgoing.headers, authorization } });
    };
    const answer = await sendSigned();
    if (answer.status !== 401 || !credential.renew) return answer;
    await credential.renew(signal);
    return sendSigned();
  }

  async #persistent(outgoing: Outgoing): Promise<Answer> {
    const { clock, random } = this.#options;
    const { method, url, body, signal } = outgoing;
    const isOnce = !isRead(method, this.#path(url), textOf(body));
    for (let attempt = 1; ; attempt++) {
      const isLast = isOnce || attempt === maxAttempts;
      try {
        const answer = await this.#conditional(outgoing);
        if (answer.status < 500 || isLast) return answer;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (isLast || !(error instanceof ForgeError) || error.code !== "unavailable") throw error;
      }
      await clock.sleep(firstPauseMs * 2 ** (attempt - 1) * (0.5 + random()), signal);
    }
  }

  async #conditional(outgoing: Outgoing): Promise<Answer> {
    const { method, url, headers } = outgoing;
    if (method !== "GET") return this.#gated(outgoing);
    const address = `${url} ${headers["accept"] ?? ""}`;
    const cached = this.#cache.get(address);
    if (!cached) {
      const answer = await this.#gated(outgoing);
      this.#cache.keep(address, answer);
      return answer;
    }
    const answer = await this.#gated({ ...outgoing, headers: { ...headers, "if-none-match": cached.etag } });
    if (answer.status === 304) return cached.answer;
    this.#cache.keep(address, answer);
    return answer;
  }

  async #gated(outgoing: Outgoing): Promise<Answer> {
    const { gate, tenant, clock, costOf = askOf } = this.#options;
    const { method, url, body, signal } = outgoing;
    const path = this.#path(url);
    const doing = `${method === "GET" ? "read" : "write"} ${path}`;
    const { answer, said } = await gate.run(
      { ...costOf(method, path, textOf(body)), tenant, doing },
      signal,
      async () => {
        const answer = await send(outgoing, this.#options.dispatcher, doing);
        const said = saidOf(answer);
        return { said, result: { answer, said } };
      },
    );
    if (!said.limited) return answer;
    const now = clock.now().getTime();
    const until = gate.governor.throttledUntil(now) ?? new Date(now + 60_000);
    throw new ForgeError("limited", `could not ${doing}: the forge asks us to wait until ${shown(until)}`, {
      retryAfterMs: Math.max(1_000, until.getTime() - now),
    });
  }

  #path(url: string): string {
    const { root, uploads } = this.#options;
    return pathBelow(url, uploads === undefined ? [root] : [uploads, root]).pathname;
  }

  #allowed(to: string, from: string): string {
    const url = URL.canParse(to, from) ? new URL(to, from) : undefined;
    if (url?.origin === new URL(this.#options.root).origin) return url.href;
    throw new ForgeError(
      "rejected",
      `the forge redirects to another host (${url?.host ?? "unreadable"}); it is not followed`,
    );
  }
}

const shown = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

const textOf = (body: Outgoing["body"]): string | undefined => (typeof body === "string" ? body : undefined);

const lowerCase = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
