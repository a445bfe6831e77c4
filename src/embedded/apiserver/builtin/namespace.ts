import type { Behaviour } from "../resource/resource.ts";
import { labelErrors } from "../schema/names.ts";
import { at } from "./cells.ts";

/** The finalizer in `spec.finalizers` that the namespace's own clean-up takes away. */
export const namespaceFinalizer = "kubernetes";

/** Namespaces carry their name as a label, and a finalizer outside of their metadata. */
export const namespaceBehaviour: Behaviour = {
  nameErrors: labelErrors,
  undeletable: ["default", "kube-public", "kube-system"],
  prepare(namespace, before) {
    const { metadata } = namespace;
    metadata.labels = { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name ?? "" };
    if (before === undefined) {
      namespace["spec"] = { finalizers: [namespaceFinalizer] };
      namespace["status"] = { phase: "Active" };
    } else namespace["spec"] = before["spec"] ?? { finalizers: [] };
  },
};

/** Whether a namespace is on its way out and takes no new objects. */
export const isTerminating = (namespace: unknown): boolean => at(namespace, "status", "phase") === "Terminating";
