import type { Kind, ObjectOf, OwnStatus } from "../schema/kind.ts";
import type { Finding } from "./conditions.ts";
import type { Key, Log, Lookup } from "./ports.ts";

/** What a turn of the loop gives to a reconciler besides the object. */
export interface Turn {
  readonly now: Date;
  /** Aborts at the deadline of the turn, at shutdown, and when leadership is lost. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * When to look again, apart from when something changes:
 * `now` as soon as the status is written (an intent is to be acted on), or after a time. Failures are thrown instead.
 */
export type Again = { readonly is: "now" } | { readonly is: "after"; readonly ms: number } | { readonly is: "never" };

/** What one turn found out. The loop derives the conditions, and writes status once if it differs. */
export interface Outcome<Status> {
  readonly finding: Finding;
  /** The kind's own fields, whole: what is left out is removed. */
  readonly status: Status;
  readonly again: Again;
}

/** Another kind whose changes matter, and which objects they matter to. */
export interface Watch {
  readonly kind: Kind;
  /** Keys of this reconciler's objects that look at `object`. Pure and quick: it runs for every event. */
  readonly affects: (object: never, lookup: Lookup) => readonly Key[];
  /** Whether a change from `before` to `after` matters. By default every change does. */
  readonly when?: (before: never, after: never) => boolean;
}

/** The behaviour of one kind. It has no client in its hands with which it could write the object it is given. */
export interface Reconciler<K extends Kind = Kind> {
  readonly kind: K;
  readonly watches?: readonly Watch[];
  reconcile(object: ObjectOf<K>, turn: Turn): Promise<Outcome<OwnStatus<K>>>;
  /**
   * Cleans up outside of the cluster before the object goes; kinds that have it get a finalizer. `gone` lets
   * the object go; an outcome keeps it, reported like any other. Must be safe to repeat.
   */
  finalize?(object: ObjectOf<K>, turn: Turn): Promise<"gone" | Outcome<OwnStatus<K>>>;
}

/** Declares a watch with the other kind's own type. */
export function watch<K extends Kind>(
  kind: K,
  affects: (object: ObjectOf<K>, lookup: Lookup) => readonly Key[],
  when?: (before: ObjectOf<K>, after: ObjectOf<K>) => boolean,
): Watch {
  return { kind, affects: affects as Watch["affects"], ...(when && { when: when as NonNullable<Watch["when"]> }) };
}
