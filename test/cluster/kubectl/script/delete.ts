import { gadget } from "../manifests.ts";
import { kubectl, type Step, send } from "../step.ts";

/** Deletes in every way, and waits for what follows. */
export const remove: readonly Step[] = [
  send("apply", gadget("held", { size: 1 }, { finalizers: ["example.com/hold"] }), "apply a held gadget"),
  kubectl("delete gadget held -n lab --wait=false"),
  kubectl(
    "get gadget held -n lab -o jsonpath={.metadata.finalizers}{.metadata.deletionGracePeriodSeconds}{.metadata.generation}",
  ),
  kubectl("delete gadget held -n lab --wait=false", { name: "delete a held gadget again" }),
  kubectl(
    `patch gadget held -n lab --type=merge -p '{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}'`,
  ),
  kubectl(`patch gadget held -n lab --type=merge -p '{"metadata":{"finalizers":null}}'`),
  kubectl("get gadget held -n lab"),
  kubectl("delete gadget one -n lab --dry-run=server"),
  kubectl("delete gadget warned ignored -n lab"),
  kubectl("delete gadgets -n lab -l tier=silver"),
  kubectl("delete gadget one shared -n lab --cascade=foreground"),
  kubectl("delete configmap cm1 -n lab --cascade=orphan"),
  kubectl("delete gadgets -n lab --field-selector spec.color=green"),
  kubectl(`patch gadget warned2 -n lab --type=merge -p '{"metadata":{"finalizers":[]}}'`),
  kubectl("delete gadgets --all -n lab -o name"),
  kubectl("get gadgets -n lab", { name: "get gadgets after all are gone" }),
  kubectl("delete gadgets --all -n lab", { name: "delete gadgets when there are none" }),
  kubectl("delete secret s1 s2 nothing -n lab --ignore-not-found"),
  kubectl("delete planets mars venus --now"),
  kubectl("delete repository sdk-go -n lab --grace-period=0 --force"),
  kubectl("delete crd planets.example.com"),
  kubectl("get planets", { name: "get planets after their kind" }),
  kubectl("delete namespace lab --timeout=40s"),
  kubectl("get namespace lab"),
  kubectl("get forges -n lab"),
  kubectl("delete clusterrolebinding seers"),
  kubectl("delete clusterrole seer"),
  kubectl("delete namespace default"),
];
