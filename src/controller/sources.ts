import type { Key, Lookup } from "../reconcilers/ports.ts";
import type { Reconciler, Watch } from "../reconcilers/reconciler.ts";
import type { KubeObject } from "./client.ts";
import type { Informer } from "./informer.ts";
import { keyText } from "./loop.ts";
import type { Parser } from "./parse.ts";
import { wakes } from "./predicates.ts";
import { lowPriority } from "./workqueue.ts";

/** Who hears that a key wants a turn. */
export interface Wanted {
  want(key: Key, options?: { readonly priority?: number }): void;
  /** The cache shows a newer version of this object, whatever changed. Says whether a turn waited for that, and is asked for. */
  seen(key: Key): boolean;
  /** A reconciler's `affects` or `when` threw: a bug of ours. */
  broken(error: unknown): void;
}

export interface SourceOptions {
  readonly reconciler: Reconciler;
  readonly informerOf: (watched: { readonly kind: Reconciler["kind"] }) => Informer;
  readonly lookup: Lookup;
  readonly parser: Parser;
}

/** Turns changes in the caches into keys that want a turn: of the kind itself, and of the kinds that it watches. */
export function connect(options: SourceOptions, wanted: Wanted): void {
  const own = options.informerOf(options.reconciler);
  own.on({
    add: (object, { initial }) => wanted.want(keyOf(object), initial ? { priority: lowPriority } : {}),
    update: (before, after) => {
      if (!wanted.seen(keyOf(after)) && wakes(before, after)) wanted.want(keyOf(after));
    },
    delete: (object) => {
      if (!wanted.seen(keyOf(object))) wanted.want(keyOf(object));
    },
  });
  for (const watch of options.reconciler.watches ?? []) follow(watch, own, options, wanted);
}

function follow(watch: Watch, own: Informer, { informerOf, lookup, parser }: SourceOptions, wanted: Wanted): void {
  const parsed = (raw: KubeObject): object | undefined => {
    const result = parser.parse(watch.kind, raw);
    return result.is === "valid" ? result.object : undefined;
  };
  const wake = (objects: readonly (object | undefined)[]): void => {
    const keys = objects.flatMap((object) => (object === undefined ? [] : watch.affects(object as never, lookup)));
    // Each key once: an idle worker would take the first at once, and the second would cost a turn.
    for (const key of new Map(keys.map((each) => [keyText(each), each])).values()) wanted.want(key);
  };
  const matters = (before: object | undefined, after: object | undefined): boolean =>
    !watch.when || !before || !after || watch.when(before as never, after as never);
  /** Where we cannot tell whom a change matters to, it matters to all. */
  const guarded = (react: () => void): void => {
    try {
      react();
    } catch (error) {
      wanted.broken(error);
      for (const object of own.list()) wanted.want(keyOf(object), { priority: lowPriority });
    }
  };
  informerOf(watch).on({
    // At the start every object gets its turn anyway.
    add: (raw, { initial }) => initial || guarded(() => wake([parsed(raw)])),
    update: (rawBefore, rawAfter) =>
      guarded(() => {
        const [before, after] = [parsed(rawBefore), parsed(rawAfter)];
        if (matters(before, after)) wake([before, after]);
      }),
    delete: (raw) => guarded(() => wake([parsed(raw)])),
  });
}

const keyOf = ({ metadata }: KubeObject): Key => ({ namespace: metadata.namespace ?? "", name: metadata.name });
