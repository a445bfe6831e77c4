import type { Behaviour, Printer } from "../resource/resource.ts";
import { configMapBehaviour } from "./bag.ts";
import { definitionBehaviour } from "./definition-behaviour.ts";
import { eventBehaviour, eventPrinter } from "./event.ts";
import { leaseBehaviour } from "./lease.ts";
import { namespaceBehaviour } from "./namespace.ts";
import {
  bindingPrinter,
  configMapPrinter,
  createdPrinter,
  disruptionPrinter,
  leasePrinter,
  namespacePrinter,
  networkPolicyPrinter,
  plainPrinter,
  podPrinter,
  secretPrinter,
  servicePrinter,
} from "./printers.ts";
import { bindingBehaviour, ruleBehaviour } from "./role.ts";
import { secretBehaviour } from "./secret.ts";
import { deploymentBehaviour, jobBehaviour, podBehaviour, serviceBehaviour } from "./workload.ts";
import { deploymentPrinter, jobPrinter } from "./workload-printers.ts";

/** One built-in resource. */
export interface Row {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly short?: string;
  readonly printer: Printer;
  readonly cluster?: true;
  readonly status?: true;
  readonly generation?: true;
  readonly all?: true;
  readonly behaviour?: Behaviour;
}

const rbac = "rbac.authorization.k8s.io";

/** The built-in resources, but for the other view of events. */
export const rows: readonly Row[] = [
  {
    group: "",
    plural: "namespaces",
    kind: "Namespace",
    short: "ns",
    printer: namespacePrinter,
    cluster: true,
    status: true,
    behaviour: namespaceBehaviour,
  },
  { group: "", plural: "secrets", kind: "Secret", printer: secretPrinter, behaviour: secretBehaviour },
  {
    group: "",
    plural: "configmaps",
    kind: "ConfigMap",
    short: "cm",
    printer: configMapPrinter,
    behaviour: configMapBehaviour,
  },
  { group: "", plural: "serviceaccounts", kind: "ServiceAccount", short: "sa", printer: plainPrinter },
  { group: "", plural: "resourcequotas", kind: "ResourceQuota", short: "quota", printer: plainPrinter, status: true },
  { group: "", plural: "limitranges", kind: "LimitRange", short: "limits", printer: createdPrinter },
  { group: "", plural: "events", kind: "Event", short: "ev", printer: eventPrinter, behaviour: eventBehaviour },
  {
    group: "",
    plural: "pods",
    behaviour: podBehaviour,
    kind: "Pod",
    short: "po",
    printer: podPrinter,
    status: true,
    all: true,
    generation: true,
  },
  {
    group: "",
    plural: "services",
    behaviour: serviceBehaviour,
    kind: "Service",
    short: "svc",
    printer: servicePrinter,
    status: true,
    all: true,
  },
  {
    group: "apps",
    plural: "deployments",
    behaviour: deploymentBehaviour,
    kind: "Deployment",
    short: "deploy",
    printer: deploymentPrinter,
    status: true,
    generation: true,
    all: true,
  },
  {
    group: "batch",
    plural: "jobs",
    behaviour: jobBehaviour,
    kind: "Job",
    printer: jobPrinter,
    status: true,
    generation: true,
    all: true,
  },
  {
    group: "networking.k8s.io",
    plural: "networkpolicies",
    kind: "NetworkPolicy",
    short: "netpol",
    printer: networkPolicyPrinter,
    generation: true,
  },
  {
    group: "policy",
    plural: "poddisruptionbudgets",
    kind: "PodDisruptionBudget",
    short: "pdb",
    printer: disruptionPrinter,
    status: true,
    generation: true,
  },
  { group: "coordination.k8s.io", plural: "leases", kind: "Lease", printer: leasePrinter, behaviour: leaseBehaviour },
  { group: rbac, plural: "roles", kind: "Role", printer: createdPrinter, behaviour: ruleBehaviour },
  { group: rbac, plural: "rolebindings", kind: "RoleBinding", printer: bindingPrinter, behaviour: bindingBehaviour },
  {
    group: rbac,
    plural: "clusterroles",
    kind: "ClusterRole",
    printer: createdPrinter,
    cluster: true,
    behaviour: ruleBehaviour,
  },
  {
    group: rbac,
    plural: "clusterrolebindings",
    kind: "ClusterRoleBinding",
    printer: bindingPrinter,
    cluster: true,
    behaviour: bindingBehaviour,
  },
  {
    group: "apiextensions.k8s.io",
    plural: "customresourcedefinitions",
    kind: "CustomResourceDefinition",
    short: "crd,crds",
    printer: createdPrinter,
    cluster: true,
    status: true,
    generation: true,
    behaviour: definitionBehaviour,
  },
];
