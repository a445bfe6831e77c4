import type { ForgeCall } from "../reconcilers/forge-port.ts";
import { pathBelow } from "./api-path.ts";
import { isRead } from "./cost.ts";
import { type Imagined, imagine } from "./imagined.ts";
import { imagineRelease } from "./imagined-release.ts";

/** What Octokit calls in place of `fetch`. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface RehearsalOptions {
  /** Root of the API. */
  readonly api: string;
  /** Root of the API that takes files. */
  readonly uploads: string;
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
  readonly #releases = new Map<string, Imagined>();

  constructor(options: RehearsalOptions) {
    this.#options = options;
  }

  /** What would have been written, in order. */
  get calls(): readonly ForgeCall[] {
    return [...this.#calls];
  }

  readonly fetch: Fetch = async (input, init = {}) => {
    init.signal?.throwIfAborted();
    const { api, uploads, web, fetch } = this.#options;
    const method = init.method ?? "GET";
    const sent = typeof init.body === "string" ? init.body : undefined;
    const { pathname, path } = pathBelow(input, [uploads, api]);
    const isReading = isRead(method, pathname, sent);
    const body = sent === undefined ? bytesOf(init.body) : JSON.parse(sent);
    if (!isReading) this.#calls.push({ method, path, body });
    const asked = { method, path: pathname, query: new URL(input).searchParams, body: body ?? {} };
    const scene = { pulls: this.#pulls, releases: this.#releases, web, read: (path: string) => this.#read(path, init) };
    const answer = (await imagineRelease(asked, scene)) ?? (await imagine(asked, scene));
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

/** What a file would be sent as. */
const bytesOf = (body: RequestInit["body"]): { readonly bytes: number } | undefined =>
  body instanceof Uint8Array ? { bytes: body.byteLength } : undefined;
