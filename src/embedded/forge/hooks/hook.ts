/** Where and how a repository's events are announced. */
export interface Hook {
  readonly id: number;
  /** The id of the repository whose events it announces. */
  readonly repositoryId: number;
  readonly active: boolean;
  /** Event names as GitHub spells them, or `*` for every event. */
  readonly events: readonly string[];
  readonly config: HookConfig;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The receiver of a hook's deliveries. */
export interface HookConfig {
  readonly url: string;
  readonly contentType: "json" | "form";
  /** The key of the signature; undefined sends unsigned. */
  readonly secret?: string;
  /** True accepts any certificate of the receiver. */
  readonly insecureTls: boolean;
}

/** Something that happened in a repository, in the words of GitHub's webhooks. */
export interface HookEvent {
  readonly event: string;
  /** The whole body as GitHub sends it; its `action`, where it has one, is also told in the log. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** One attempt to announce an event, in the log before it is sent and completed by its answer. */
export interface Delivery {
  readonly id: number;
  /** The same for an event's first delivery and for every redelivery of it. */
  readonly guid: string;
  readonly hookId: number;
  readonly repositoryId: number;
  readonly event: string;
  readonly action: string | null;
  /** ISO 8601: when it was accepted, and once it was sent, when that was. */
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  /** Payloads repeat themselves: `packed` is the body, compressed to a tenth, in base64. */
  readonly request: { readonly headers: Headers; readonly packed: string };
  /** Undefined until the attempt is over. */
  readonly result?: DeliveryResult;
}

/** Headers and body as they go over the wire. */
export interface HookRequest {
  readonly headers: Headers;
  readonly body: string;
}

/** What came of an attempt. */
export interface DeliveryResult {
  /** In words, as GitHub's log has it: `OK`, `Invalid HTTP Response: 500`, `timed out`. */
  readonly status: string;
  /** The HTTP status; 0 when there was no answer. */
  readonly statusCode: number;
  readonly durationSeconds: number;
  readonly headers: Headers;
  /** The answer's beginning, 64 KiB at most. */
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

/** True when `hook` wants to hear of `event`. A ping goes to every hook, active or not. */
export function wants(hook: Hook, event: string): boolean {
  if (event === "ping") return true;
  return hook.active && (hook.events.includes("*") || hook.events.includes(event));
}
