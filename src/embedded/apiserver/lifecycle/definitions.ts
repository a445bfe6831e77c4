import { definitionFinalizer } from "../builtin/definition-behaviour.ts";
import type { Cluster } from "../cluster.ts";
import { specOf } from "../resource/definition.ts";
import { resourceId } from "../resource/resource.ts";
import { type Change, type Entry, parseEntry } from "../store/entry.ts";
import { remove } from "../write/remove.ts";
import { commit } from "../write/update.ts";
import { definitions } from "./served.ts";

/** Deletes the objects of a definition that is being deleted, and then lets it go. */
export class DefinitionKeeper {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Looks at every definition once. */
  sweep(): void {
    for (const entry of [...this.#cluster.store.entries(definitions)]) if (entry.deleting) this.#empty(entry);
  }

  follow({ type, resource, entry }: Change): void {
    if (resource === definitions) {
      if (type !== "DELETED" && entry.deleting) this.#empty(entry);
    } else if (type === "DELETED") {
      const definition = this.#cluster.store.get(definitions, "", resource);
      if (definition?.deleting) this.#empty(definition);
    }
  }

  #empty({ name }: Entry): void {
    const { store, registry } = this.#cluster;
    const entry = store.get(definitions, "", name);
    if (!entry) return;
    const definition = parseEntry(entry);
    const { group, names } = specOf(definition);
    const id = resourceId(group, names.plural);
    const resource = registry.byId(id);
    for (const each of resource ? [...store.entries(id)] : []) {
      if (!each.deleting) remove(this.#cluster, resource!, each, "Background");
    }
    if (store.count(id) > 0) return;
    const finalizers = (definition.metadata.finalizers ?? []).filter((each) => each !== definitionFinalizer);
    if (finalizers.length === definition.metadata.finalizers?.length) return;
    definition.metadata.finalizers = finalizers;
    if (finalizers.length === 0) delete definition.metadata.finalizers;
    commit(this.#cluster, definitions, definition);
  }
}
