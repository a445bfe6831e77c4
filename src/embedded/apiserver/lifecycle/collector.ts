import type { Cluster } from "../cluster.ts";
import type { KubeObject, OwnerReference } from "../object.ts";
import { type Change, type Entry, parseEntry } from "../store/entry.ts";
import { type Propagation, remove } from "../write/remove.ts";
import { commit } from "../write/update.ts";
import { Dependents, type Located } from "./dependents.ts";

const orphan = "orphan";
const foreground = "foregroundDeletion";

/** Collects objects whose owners are gone, and lets owners go that wait for their dependents or leave them behind. */
export class Collector {
  readonly #cluster: Cluster;
  readonly #dependents: Dependents;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#dependents = new Dependents(cluster.store);
  }

  /** Looks at every object once: a server that was killed may have left something half done. */
  sweep(): void {
    const { store } = this.#cluster;
    for (const resource of [...store.resources()]) {
      for (const entry of [...store.entries(resource)]) {
        if (entry.owners.length > 0) this.#attend({ resource, entry });
        if (entry.deleting) this.#release({ resource, entry });
      }
    }
  }

  follow({ type, resource, entry, before }: Change): void {
    if (type === "DELETED") {
      for (const dependent of this.#dependents.of(entry.uid)) this.#attend(dependent);
      for (const owner of this.#owners(entry)) if (owner?.entry.deleting) this.#release(owner);
      return;
    }
    if (entry.deleting) this.#release({ resource, entry });
    if (entry.owners.length > 0 && entry.owners.join() !== before?.owners.join()) this.#attend({ resource, entry });
  }

  /** The owners of an object that exist; undefined for each that does not. */
  #owners(entry: Entry): (Located | undefined)[] {
    if (entry.owners.length === 0) return [];
    return (parseEntry(entry).metadata.ownerReferences ?? []).map((reference) =>
      this.#find(reference, entry.namespace),
    );
  }

  #find({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): Located | undefined {
    const resource = this.#cluster.registry.ofKind(apiVersion, kind)?.resource;
    if (!resource) return undefined;
    const entry = this.#cluster.store.get(resource.id, resource.namespaced ? namespace : "", name);
    return entry?.uid === uid ? { resource: resource.id, entry } : undefined;
  }

  #isUnknown = ({ apiVersion, kind }: OwnerReference): boolean =>
    this.#cluster.registry.ofKind(apiVersion, kind) === undefined;

  /** Deletes an object that nobody owns any more, or takes the owners from it that are gone. */
  #attend({ resource, entry }: Located): void {
    const { store } = this.#cluster;
    const now = store.get(resource, entry.namespace, entry.name);
    if (now?.uid !== entry.uid) return;
    const object = parseEntry(now);
    const references = object.metadata.ownerReferences ?? [];
    // An owner of a kind that is not served may come back with its definition, so it counts as alive.
    const alive = references.filter((each) => this.#isUnknown(each) || this.#isAlive(each, now.namespace));
    if (alive.length === references.length) return;
    if (alive.length > 0) {
      this.#disown({ resource, entry: now }, alive);
      return;
    }
    const waits = references.some((each) => this.#find(each, now.namespace) !== undefined);
    const deep = waits && this.#dependents.of(now.uid).length > 0;
    this.#delete({ resource, entry: now }, deep ? "Foreground" : policyOf(object));
  }

  #isAlive(reference: OwnerReference, namespace: string): boolean {
    const owner = this.#find(reference, namespace);
    if (!owner) return false;
    return !(owner.entry.deleting && finalizersOf(owner.entry).includes(foreground));
  }

  #delete({ resource: id, entry }: Located, propagation: Propagation): void {
    const resource = this.#cluster.registry.byId(id);
    if (resource && !entry.deleting) remove(this.#cluster, resource, entry, propagation);
  }

  #disown({ resource, entry }: Located, ownerReferences: OwnerReference[]): void {
    const object = parseEntry(entry);
    if (ownerReferences.length > 0) object.metadata.ownerReferences = ownerReferences;
    else delete object.metadata.ownerReferences;
    commit(this.#cluster, resource, object);
  }

  /** Takes from an object that is being deleted the finalizers that this collector answers for. */
  #release({ resource, entry }: Located): void {
    const now = this.#cluster.store.get(resource, entry.namespace, entry.name);
    if (now?.uid !== entry.uid || !now.deleting) return;
    const finalizers = finalizersOf(now);
    if (finalizers.includes(orphan)) {
      for (const dependent of this.#dependents.of(now.uid)) {
        const references = parseEntry(dependent.entry).metadata.ownerReferences ?? [];
        this.#disown(
          dependent,
          references.filter((each) => each.uid !== now.uid),
        );
      }
      this.#drop({ resource, entry: now }, orphan);
      return;
    }
    if (!finalizers.includes(foreground)) return;
    for (const dependent of this.#dependents.of(now.uid)) this.#attend(dependent);
    const blocked = this.#dependents.of(now.uid).some(({ entry: each }) => blocks(each, now.uid));
    if (!blocked) this.#drop({ resource, entry: now }, foreground);
  }

  #drop({ resource, entry }: Located, finalizer: string): void {
    const object = parseEntry(entry);
    const left = (object.metadata.finalizers ?? []).filter((each) => each !== finalizer);
    if (left.length > 0) object.metadata.finalizers = left;
    else delete object.metadata.finalizers;
    commit(this.#cluster, resource, object);
  }
}

const finalizersOf = (entry: Entry): readonly string[] => parseEntry(entry).metadata.finalizers ?? [];

const blocks = (dependent: Entry, owner: string): boolean =>
  (parseEntry(dependent).metadata.ownerReferences ?? []).some((each) => each.uid === owner && each.blockOwnerDeletion);

/** An object that was already told how to treat its own dependents keeps to that. */
function policyOf({ metadata }: KubeObject): Propagation {
  if (metadata.finalizers?.includes(orphan)) return "Orphan";
  return metadata.finalizers?.includes(foreground) ? "Foreground" : "Background";
}
