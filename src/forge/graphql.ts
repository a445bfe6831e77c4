import type { Octokit } from "@octokit/rest";
import { ForgeError } from "../reconcilers/errors.ts";
import { call } from "./call.ts";
import { clean } from "./github-error.ts";

/** What GitHub's GraphQL API says against a request, with its own word for the sort of it. */
export interface Complaint {
  readonly type: string;
  readonly message: string;
}

/** Asks GitHub's GraphQL API: for what its REST API has no words, and for nothing else. */
export class GraphQL {
  readonly #send: Octokit["graphql"];

  constructor(octokit: Pick<Octokit, "graphql">) {
    this.#send = octokit.graphql;
  }

  /**
   * The answer, or why there is none. Rejects with a ForgeError where nobody can answer now, and with the signal's
   * reason. `doing` completes "could not …". Octokit takes `method`, `url` and `headers` for itself: no variable can be called so.
   */
  async ask<T>(
    doing: string,
    { query, ...variables }: { readonly query: string; readonly [variable: string]: unknown },
    signal: AbortSignal,
  ): Promise<{ readonly data: T } | { readonly complaint: Complaint }> {
    return call(doing, signal, async () => {
      try {
        return { data: await this.#send<T>(query, { ...variables, request: { signal } }) };
      } catch (error) {
        const complaint = complaintOf(error);
        if (!complaint) throw error;
        if (isLimit(complaint)) throw limited(doing, error, complaint);
        return { complaint };
      }
    });
  }
}

/** The first error in a GraphQL answer, which comes with status 200; undefined for every other failure. */
function complaintOf(error: unknown): Complaint | undefined {
  if (!(error instanceof Error) || error.name !== "GraphqlResponseError" || !("errors" in error)) return undefined;
  const [first] = error.errors as readonly { readonly type?: string; readonly message?: string }[];
  return { type: first?.type ?? "", message: clean(plain(first?.message ?? "")) };
}

/** `["Pull request Pull request is in clean status"]` is how GitHub passes on what a model of its own said. */
function plain(message: string): string {
  const [, inner] = /^\["(.*)"\]$/s.exec(message) ?? [];
  return (inner ?? message).replace(/^Pull request (?=Pull request |Auto merge |Protected branch )/, "");
}

const isLimit = ({ type, message }: Complaint): boolean =>
  type === "RATE_LIMITED" || /secondary rate limit|rate limit exceeded/i.test(message);

/** Time to come back after where the answer does not say: GitHub asks for a minute at least. */
const pauseMs = 60_000;
const hourMs = 3_600_000;

function limited(doing: string, error: unknown, { message }: Complaint): ForgeError {
  const { headers } = error as { readonly headers?: Readonly<Record<string, string | undefined>> };
  const [resets, answered] = [Number(headers?.["x-ratelimit-reset"]) * 1_000, Date.parse(headers?.["date"] ?? "")];
  const wait = headers?.["x-ratelimit-remaining"] === "0" ? resets - answered : pauseMs;
  const retryAfterMs = Math.min(hourMs, Math.max(pauseMs, Number.isFinite(wait) ? wait : pauseMs));
  return new ForgeError("limited", `could not ${doing} yet: ${message}`, { retryAfterMs });
}
