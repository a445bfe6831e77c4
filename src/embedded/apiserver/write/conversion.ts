import type { KubeObject } from "../object.ts";
import { groupVersion, type Served } from "../resource/resource.ts";

/** An object of the served version as it is stored. May be the same object, changed. */
export function toStored({ resource, version }: Served, object: KubeObject): KubeObject {
  if (version.conversion) return version.conversion.toStored(object);
  object.apiVersion = groupVersion(resource.group, resource.storedVersion);
  return object;
}

/** A stored object in the served version. May be the same object, changed. */
export function fromStored({ resource, version }: Served, object: KubeObject): KubeObject {
  if (version.conversion) return version.conversion.fromStored(object);
  object.apiVersion = groupVersion(resource.group, version.name);
  return object;
}

/** Whether stored JSON can be served as it is. */
export const isVerbatim = ({ resource, version }: Served): boolean =>
  version.conversion === undefined && version.name === resource.storedVersion;

/** Stored JSON in the served version. */
export function servedJson(served: Served, json: string): string {
  return isVerbatim(served) ? json : JSON.stringify(fromStored(served, JSON.parse(json) as KubeObject));
}
