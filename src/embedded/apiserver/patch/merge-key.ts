/** How strategic merge treats a list. */
export interface ListRule {
  /** What tells items apart; undefined for lists of plain values. */
  readonly key: string | undefined;
}

const keyed = (key: string): ListRule => ({ key });

/**
 * The lists of the built-in kinds that are merged by item; all others are replaced. Field names are unambiguous
 * among those kinds, but for `ports`. From the `patchStrategy` and `patchMergeKey` tags of k8s.io/api.
 */
const rules: ReadonlyMap<string, ListRule> = new Map([
  ["addresses", keyed("type")],
  ["allocatedResourcesStatus", keyed("name")],
  ["conditions", keyed("type")],
  ["containers", keyed("name")],
  ["env", keyed("name")],
  ["ephemeralContainers", keyed("name")],
  ["finalizers", { key: undefined }],
  ["hostAliases", keyed("ip")],
  ["hostIPs", keyed("ip")],
  ["imagePullSecrets", keyed("name")],
  ["initContainers", keyed("name")],
  ["ownerReferences", keyed("uid")],
  ["podCIDRs", { key: undefined }],
  ["podIPs", keyed("ip")],
  ["ports", keyed("containerPort")],
  ["resourceClaimStatuses", keyed("name")],
  ["resourceClaims", keyed("name")],
  ["schedulingGates", keyed("name")],
  ["secrets", keyed("name")],
  ["topologySpreadConstraints", keyed("topologyKey")],
  ["volumeDevices", keyed("devicePath")],
  ["volumeMounts", keyed("mountPath")],
  ["volumes", keyed("name")],
]);

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** How a list is merged; undefined replaces it. `path` leads to the list, outermost field first. */
export function ruleOf({ group, kind }: GroupVersionKind, path: readonly string[]): ListRule | undefined {
  const field = path.at(-1) ?? "";
  if (group === "" && kind === "Service" && field === "ports") return keyed("port");
  if (group === "" && kind === "ServiceAccount" && field === "imagePullSecrets") return undefined;
  if (group === "apiextensions.k8s.io" && path[0] !== "metadata") return undefined;
  return rules.get(field);
}
