import type { ForgeCall } from "../reconcilers/forge-port.ts";
import { isRead } from "./cost.ts";
import { type Imagined, imagine } from "./imagined.ts";

/** What Octokit calls in place of `fetch`. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface RehearsalOptions {
  /** Root of the API. */
  readonly api: string;
  /** Root of the host's pages. */
  readonly web: string;
  /** What really sends. */
  readonly fetch: Fetch;
}

/** Sends reads, keeps writes, and answers those as the host would have. */
export class Rehearsal {
  readonly #options: RehearsalOptions;
  readonly #calls: ForgeCall[] = [];
  /** The pull requests that would be there now, or would be other than they are. */
  readonly #pulls = new Map<string, Imagined>();

  constructor(options: RehearsalOptions) {
    this.#options = options;
  }

  /** What would have been written, in order. */
  get calls(): readonly ForgeCall[] {
    return [...this.#calls];
  }

  readonly fetch: Fetch = async (input, init = {}) => {
    init.signal?.throwIfAborted();
    const { api, fetch } = this.#options;
    const method = init.method ?? "GET";
    const sent = typeof init.body === "string" ? init.body : undefined;
    const path = belowRoot(input, api);
    const isReading = isRead(method, path.replace(/\?.*$/s, ""), sent);
    const body: unknown = sent === undefined ? undefined : JSON.parse(sent);
    if (!isReading) this.#calls.push({ method, path, body });
    const answer = await imagine(
      { method, path: path.replace(/\?.*$/s, ""), body: (body ?? {}) as Readonly<Record<string, unknown>> },
      { pulls: this.#pulls, web: this.#options.web, read: (path) => this.#read(path, init) },
    );
    if (!answer && isReading) return fetch(input, init);
    const { status, json } = answer ?? { status: 200, json: {} };
    const headers = { "content-type": "application/json; charset=utf-8" };
    return new Response(status === 204 ? null : JSON.stringify(json), { status, headers });
  };

  /** What is really there, with the headers of the request that stands for it. */
  async #read(path: string, { headers, signal }: RequestInit): Promise<Imagined | undefined> {
    const answer = await this.#options.fetch(`${this.#options.api}${path}`, {
      method: "GET",
      ...(headers && { headers }),
      ...(signal && { signal }),
    });
    return answer.ok ? ((await answer.json()) as Imagined) : undefined;
  }
}

/** Path and query below the API's root. An own host has its GraphQL beside that root. */
function belowRoot(url: string, api: string): string {
  const { pathname, search } = new URL(url);
  if (pathname.endsWith("/graphql")) return `/graphql${search}`;
  return `${pathname.slice(new URL(api).pathname.replace(/\/$/, "").length)}${search}`;
}
