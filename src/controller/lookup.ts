import type { Lookup } from "../reconcilers/ports.ts";
import type { Kind } from "../schema/kind.ts";
import type { KubeObject } from "./client.ts";
import type { Informer } from "./informer.ts";
import { parseObject } from "./parse.ts";

/**
 * The caches as reconcilers see them. An object is parsed once for as long as it is cached; one that does not match
 * its schema is left out, since its own turn reports it.
 */
export function lookupOf(informers: ReadonlyMap<string, Informer>): Lookup {
  const parsed = new WeakMap<KubeObject, ReturnType<typeof parseObject>>();
  const parse = (kind: Kind, raw: KubeObject | undefined) => {
    if (!raw) return undefined;
    let known = parsed.get(raw);
    if (!known) {
      known = parseObject(kind, raw);
      parsed.set(raw, known);
    }
    return known.is === "valid" ? known.object : undefined;
  };
  const informerOf = (kind: Kind): Informer => {
    const informer = informers.get(kind.kind);
    if (!informer) throw new TypeError(`${kind.kind} is not watched`);
    return informer;
  };
  return {
    get: (kind, { namespace, name }) => parse(kind, informerOf(kind).get(namespace, name)) as never,
    list: (kind, namespace) =>
      informerOf(kind)
        .list(namespace)
        .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
        .map((raw) => parse(kind, raw))
        .filter((object) => object !== undefined) as never,
  };
}
