import type { Cluster } from "../cluster.ts";
import { isRecord } from "../object.ts";
import { type Change, type Entry, parseEntry } from "../store/entry.ts";
import { create } from "../write/create.ts";
import { remove } from "../write/remove.ts";
import { commit } from "../write/update.ts";
import { internalCall } from "./internal-call.ts";

const namespaces = "namespaces";
const account = "default";

/** Gives new namespaces their service account, and empties those that are being deleted before they go. */
export class NamespaceKeeper {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Looks at every namespace once. */
  sweep(): void {
    for (const entry of [...this.#cluster.store.entries(namespaces)]) this.#attend(entry.name);
  }

  follow({ type, resource, entry }: Change): void {
    if (resource === namespaces && type !== "DELETED") this.#attend(entry.name);
    else if (type === "DELETED" && entry.namespace !== "") this.#attend(entry.namespace);
  }

  #attend(name: string): void {
    const entry = this.#cluster.store.get(namespaces, "", name);
    if (!entry) return;
    if (entry.deleting) this.#empty(entry);
    else this.#equip(name);
  }

  #equip(namespace: string): void {
    if (this.#cluster.store.get("serviceaccounts", namespace, account)) return;
    const served = this.#cluster.registry.find("", "v1", "serviceaccounts")!;
    const call = internalCall(served, { verb: "create", namespace, name: "", manager: "millrace" });
    create(this.#cluster, call, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account } });
  }

  #empty(namespace: Entry): void {
    const { store, registry } = this.#cluster;
    for (const id of new Set(
      registry
        .all()
        .filter((each) => each.namespaced)
        .map((each) => each.id),
    )) {
      for (const entry of [...store.entries(id, namespace.name)]) {
        if (!entry.deleting) remove(this.#cluster, registry.byId(id)!, entry, "Background");
      }
      if (!store.entries(id, namespace.name).next().done) return;
    }
    const object = parseEntry(namespace);
    if (isRecord(object["spec"])) object["spec"] = { ...object["spec"], finalizers: [] };
    commit(this.#cluster, namespaces, object);
  }
}
