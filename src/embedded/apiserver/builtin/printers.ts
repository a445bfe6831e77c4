import type { KubeObject } from "../object.ts";
import { ageColumn, at, type CellColumn, createdAt, listAt, numberAt, printer, sizeAt, textAt } from "./cells.ts";
import { selectorText } from "./selector-text.ts";

const names = (object: KubeObject, kind: string): string =>
  listAt(object, "subjects")
    .filter((each) => textAt(each, "kind") === kind)
    .map((each) => (kind === "ServiceAccount" ? `${textAt(each, "namespace")}/` : "") + textAt(each, "name"))
    .join(", ");

const subjects: readonly CellColumn[] = [
  { name: "Users", type: "string", wide: true, cell: (binding) => names(binding, "User") },
  { name: "Groups", type: "string", wide: true, cell: (binding) => names(binding, "Group") },
  { name: "ServiceAccounts", type: "string", wide: true, cell: (binding) => names(binding, "ServiceAccount") },
];

const orNotSet = (value: unknown): string => (value === undefined ? "N/A" : String(value));

/** How `kubectl get` prints built-in kinds, by the resource's name in the store. */
export const plainPrinter = printer([ageColumn]);
export const namespacePrinter = printer([
  { name: "Status", type: "string", cell: (namespace) => textAt(namespace, "status", "phase") },
  ageColumn,
]);
export const secretPrinter = printer([
  { name: "Type", type: "string", cell: (secret) => textAt(secret, "type") },
  { name: "Data", type: "string", cell: (secret) => sizeAt(secret, "data") },
  ageColumn,
]);
export const configMapPrinter = printer([
  { name: "Data", type: "string", cell: (map) => sizeAt(map, "data") + sizeAt(map, "binaryData") },
  ageColumn,
]);
export const leasePrinter = printer([
  { name: "Holder", type: "string", cell: (lease) => textAt(lease, "spec", "holderIdentity") },
  ageColumn,
]);
export const createdPrinter = printer([createdAt]);
export const bindingPrinter = printer([
  {
    name: "Role",
    type: "string",
    cell: (each) => `${textAt(each, "roleRef", "kind")}/${textAt(each, "roleRef", "name")}`,
  },
  ageColumn,
  ...subjects,
]);
export const networkPolicyPrinter = printer([
  { name: "Pod-Selector", type: "string", cell: (policy) => selectorText(at(policy, "spec", "podSelector")) },
  ageColumn,
]);
export const disruptionPrinter = printer([
  { name: "Min Available", type: "string", cell: (budget) => orNotSet(at(budget, "spec", "minAvailable")) },
  { name: "Max Unavailable", type: "string", cell: (budget) => orNotSet(at(budget, "spec", "maxUnavailable")) },
  { name: "Allowed Disruptions", type: "integer", cell: (budget) => numberAt(budget, "status", "disruptionsAllowed") },
  ageColumn,
]);
export const podPrinter = printer([
  {
    name: "Ready",
    type: "string",
    cell: (pod) => {
      const ready = listAt(pod, "status", "containerStatuses").filter((each) => at(each, "ready") === true);
      return `${ready.length}/${listAt(pod, "spec", "containers").length}`;
    },
  },
  {
    name: "Status",
    type: "string",
    cell: (pod) => (pod.metadata.deletionTimestamp ? "Terminating" : textAt(pod, "status", "phase")),
  },
  {
    name: "Restarts",
    type: "string",
    cell: (pod) =>
      String(
        listAt(pod, "status", "containerStatuses").reduce<number>(
          (sum, each) => sum + numberAt(each, "restartCount"),
          0,
        ),
      ),
  },
  ageColumn,
  { name: "IP", type: "string", wide: true, cell: (pod) => at(pod, "status", "podIP") ?? "<none>" },
  { name: "Node", type: "string", wide: true, cell: (pod) => at(pod, "spec", "nodeName") ?? "<none>" },
  {
    name: "Nominated Node",
    type: "string",
    wide: true,
    cell: (pod) => at(pod, "status", "nominatedNodeName") ?? "<none>",
  },
  { name: "Readiness Gates", type: "string", wide: true, cell: () => "<none>" },
]);
export const servicePrinter = printer([
  { name: "Type", type: "string", cell: (each) => textAt(each, "spec", "type") },
  { name: "Cluster-IP", type: "string", cell: (each) => at(each, "spec", "clusterIP") ?? "<none>" },
  { name: "External-IP", type: "string", cell: (each) => listAt(each, "spec", "externalIPs").join(",") || "<none>" },
  {
    name: "Port(s)",
    type: "string",
    cell: (each) =>
      listAt(each, "spec", "ports")
        .map((port) => `${textAt(port, "port")}/${String(at(port, "protocol") ?? "TCP")}`)
        .join(",") || "<none>",
  },
  ageColumn,
  {
    name: "Selector",
    type: "string",
    wide: true,
    cell: (each) => selectorText({ matchLabels: at(each, "spec", "selector") }),
  },
]);
