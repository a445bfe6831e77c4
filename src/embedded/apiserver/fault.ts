import type { Verb } from "./http/call.ts";

/** What a fault is chosen by. Verb and resource are empty outside of resources (`/apis`, `/version`). */
export interface FaultRequest {
  readonly method: string;
  readonly url: string;
  readonly verb: Verb | "";
  /** As in `counts`: `repositories.millrace.dev`, `configmaps`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** What a hostile server does to one request. */
export type Fault =
  /** Resets the connection instead of answering. */
  | { readonly do: "reset" }
  /** Answers with this code and a Status; `retryAfterSeconds` becomes a `Retry-After` header. */
  | { readonly do: "refuse"; readonly code: number; readonly retryAfterSeconds?: number; readonly message?: string }
  /** Waits before it handles the request. */
  | { readonly do: "delay"; readonly ms: number }
  /** Reads the request and never answers; the connection stays open. */
  | { readonly do: "blackhole" }
  /** Handles the request, and resets the connection instead of sending the answer: the client cannot know. */
  | { readonly do: "loseAnswer" }
  /** A watch that never sends bookmarks. */
  | { readonly do: "dropBookmarks" }
  /** A watch that goes silent after so many events, with its connection open. */
  | { readonly do: "silence"; readonly afterEvents: number }
  /** A watch whose connection is reset after so many events. */
  | { readonly do: "cut"; readonly afterEvents: number };

/** Chooses a fault for a request; undefined lets it pass. */
export type FaultHook = (request: FaultRequest) => Fault | undefined;
