import { groupVersion, type Resource, type Version } from "../resource/resource.ts";
import { type Group, type GroupVersion, storageHash, verbsOf, virtualResources } from "./groups.ts";

/** `APIGroupDiscoveryList`: every resource of these groups in one document. */
export function aggregatedDiscovery(groups: readonly Group[], version: "v2" | "v2beta1"): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: { ...(group.name !== "" && { name: group.name }), creationTimestamp: null },
      versions: group.versions.map((each) => ({
        version: each.version,
        resources: [
          ...each.resources.map((served) => resourceEntry(served.resource, served.version)),
          ...virtualEntries(group.name),
        ],
        freshness: "Current",
      })),
    })),
  };
}

function resourceEntry(resource: Resource, version: Version): object {
  const { group, kind, plural, singular, shortNames, categories } = resource;
  const responseKind = { group, version: version.name, kind };
  const scope = resource.namespaced ? "Namespaced" : "Cluster";
  const status = { subresource: "status", responseKind, verbs: ["get", "patch", "update"] };
  const token = {
    subresource: "token",
    responseKind: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" },
    verbs: ["create"],
  };
  const subresources = [...(version.hasStatus ? [status] : []), ...(resource.id === "serviceaccounts" ? [token] : [])];
  return {
    resource: plural,
    responseKind,
    scope,
    singularResource: singular,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}

function virtualEntries(group: string): object[] {
  return virtualResources
    .filter((each) => each.group === group)
    .map(({ plural, kind, namespaced }) => ({
      resource: plural,
      responseKind: { group, version: "v1", kind },
      scope: namespaced ? "Namespaced" : "Cluster",
      singularResource: kind.toLowerCase(),
      verbs: ["create"],
    }));
}

/** `APIResourceList` of one group and version. */
export function resourceList(group: string, { version, resources }: GroupVersion): object {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersion(group, version),
    resources: [
      ...resources.flatMap(({ resource, version: { hasStatus } }) => {
        const { plural, singular, namespaced, kind, shortNames, categories } = resource;
        const status = {
          name: `${plural}/status`,
          singularName: "",
          namespaced,
          kind,
          verbs: ["get", "patch", "update"],
        };
        const own = {
          name: plural,
          singularName: singular,
          namespaced,
          kind,
          verbs: verbsOf(resource),
          ...(shortNames.length > 0 && { shortNames }),
          ...(categories.length > 0 && { categories }),
          storageVersionHash: storageHash(resource),
        };
        return hasStatus ? [own, status] : [own];
      }),
      ...virtualResources
        .filter((each) => each.group === group)
        .map(({ plural, kind, namespaced }) => ({
          name: plural,
          singularName: kind.toLowerCase(),
          namespaced,
          kind,
          verbs: ["create"],
        })),
    ],
  };
}

/** `APIGroup`. */
export function groupDocument({ name, versions }: Group): object {
  const all = versions.map(({ version }) => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions: all, preferredVersion: all[0] };
}
