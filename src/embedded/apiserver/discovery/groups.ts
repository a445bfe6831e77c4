import { createHash } from "node:crypto";
import type { Registry } from "../resource/registry.ts";
import type { Resource, Served } from "../resource/resource.ts";

export interface GroupVersion {
  readonly version: string;
  readonly resources: readonly Served[];
}

export interface Group {
  readonly name: string;
  /** The preferred version first. */
  readonly versions: readonly GroupVersion[];
}

/** Resources that answer a question and store nothing. */
export const virtualResources = [
  { group: "authentication.k8s.io", plural: "selfsubjectreviews", kind: "SelfSubjectReview", namespaced: false },
  { group: "authentication.k8s.io", plural: "tokenreviews", kind: "TokenReview", namespaced: false },
  {
    group: "authorization.k8s.io",
    plural: "localsubjectaccessreviews",
    kind: "LocalSubjectAccessReview",
    namespaced: true,
  },
  {
    group: "authorization.k8s.io",
    plural: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview",
    namespaced: false,
  },
  {
    group: "authorization.k8s.io",
    plural: "selfsubjectrulesreviews",
    kind: "SelfSubjectRulesReview",
    namespaced: false,
  },
  { group: "authorization.k8s.io", plural: "subjectaccessreviews", kind: "SubjectAccessReview", namespaced: false },
] as const;

/** Every group that is served, the core group (whose name is empty) among them. */
export function groupsOf(registry: Registry): Group[] {
  const groups = new Map<string, Map<string, Served[]>>();
  for (const { group } of virtualResources) groups.set(group, new Map([["v1", []]]));
  for (const resource of registry.all()) {
    const versions = groups.get(resource.group) ?? new Map<string, Served[]>();
    groups.set(resource.group, versions);
    for (const version of resource.versions) {
      const served = { resource, version };
      const known = versions.get(version.name);
      if (known) known.push(served);
      else versions.set(version.name, [served]);
    }
  }
  return [...groups].sort(byPriority).map(([name, versions]) => ({
    name,
    versions: [...versions]
      .sort(byVersion)
      .map(([version, resources]) => ({ version, resources: resources.sort(byPlural) })),
  }));
}

const byPlural = (left: Served, right: Served): number => (left.resource.plural < right.resource.plural ? -1 : 1);

/** The groups that a real server lists before others, in its order. */
const builtinOrder = [
  "",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "batch",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "apiextensions.k8s.io",
  "coordination.k8s.io",
];

function byPriority([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  const rank = (name: string): number => {
    const known = name === "apps" ? 1.5 : builtinOrder.indexOf(name);
    return known < 0 ? builtinOrder.length : known;
  };
  return rank(left) - rank(right) || (left < right ? -1 : 1);
}

/** `v2` before `v1` before `v1beta1` before `v1alpha1`, as Kubernetes prefers versions. */
function byVersion([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  const rank = (name: string): readonly number[] => {
    const match = /^v(?<major>\d+)(?:(?<stage>alpha|beta)(?<minor>\d+))?$/.exec(name);
    if (!match) return [-1, 0, 0];
    const { major, stage, minor } = match.groups!;
    return [stage === undefined ? 2 : stage === "beta" ? 1 : 0, Number(major), Number(minor ?? 0)];
  };
  const [a, b] = [rank(left), rank(right)];
  for (const at of [0, 1, 2]) if (a[at] !== b[at]) return b[at]! - a[at]!;
  return left < right ? -1 : 1;
}

/** What clients may do with a stored resource. */
export const verbsOf = ({ custom }: Resource): readonly string[] =>
  custom
    ? ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
    : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** What identifies the stored form of a kind: it changes when the stored version does. */
export function storageHash({ group, storedVersion, kind }: Resource): string {
  const digest = createHash("sha256").update(`${group}/${storedVersion}/${kind}`).digest();
  return digest.subarray(0, 8).toString("base64");
}
