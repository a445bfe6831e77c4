import { gadget } from "../manifests.ts";
import { kubectl, type Step, send } from "../step.ts";

const thing = (spec: object, metadata: object = {}): object => gadget("shared", spec, metadata);
const config = (data: object): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "shared", namespace: "lab" },
  data,
});

/** Applies server-side: ownership, conflicts, force, and the move from client-side apply. */
export const serverSide: readonly Step[] = [
  send(
    "apply --server-side --field-manager=ann",
    thing({ size: 2, tags: ["a"], parts: [{ name: "p", count: 1 }] }),
    "ann applies",
  ),
  send(
    "apply --server-side --field-manager=ann",
    thing({ size: 2, tags: ["a"], parts: [{ name: "p", count: 1 }] }),
    "ann applies the same",
  ),
  send("apply --server-side --field-manager=bob", thing({ size: 3, tags: ["b"] }), "bob is refused"),
  send(
    "apply --server-side --field-manager=bob",
    thing({ size: 3, parts: [{ name: "p", count: 2 }] }),
    "bob is refused twice",
  ),
  send("apply --server-side --field-manager=bob", thing({ size: 2, tags: ["b"] }), "bob owns along"),
  send("apply --server-side --field-manager=bob --force-conflicts", thing({ size: 5, tags: ["b"] }), "bob forces"),
  send("apply --server-side --field-manager=ann", thing({ parts: [{ name: "q" }] }), "ann lets go"),
  kubectl("get gadget shared -n lab -o yaml --show-managed-fields"),
  send("apply --server-side --dry-run=server --field-manager=eve -o yaml", thing({ note: "dry" }), "eve only tries"),
  send("apply --server-side", thing({ color: "green" }), "kubectl's own manager applies"),
  send("apply --server-side --field-manager=bob", thing({ nothing: 1 }), "server-side apply of an unknown field"),
  send(
    "apply --server-side --field-manager=bob --validate=false",
    thing({ size: 5, tags: ["b"], nothing: 1 }),
    "server-side apply of an unknown field, unvalidated",
  ),
  send("diff --server-side --field-manager=bob", thing({ size: 6, tags: ["b"] }), "diff server-side"),
  send("apply", config({ a: "1" }), "apply a config map client-side"),
  send("apply --server-side", config({ a: "2" }), "move a config map to server-side"),
  kubectl("get configmap shared -n lab -o yaml --show-managed-fields"),
  send("apply --server-side --field-manager=ops", config({ a: "3" }), "ops is refused a config map"),
  send(
    "apply --server-side --field-manager=ops --force-conflicts",
    config({ a: "3", b: "4" }),
    "ops forces a config map",
  ),
  send("apply", config({ a: "1" }), "apply it client-side again"),
  send(
    "apply --server-side --subresource=status --field-manager=ctl",
    { ...thing({}), spec: undefined, status: { size: 4 } },
    "apply a status",
  ),
  kubectl("get gadget shared -n lab -o jsonpath={.status}"),
];
