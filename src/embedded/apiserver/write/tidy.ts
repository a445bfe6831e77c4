import type { Metadata } from "../object.ts";

const bags = ["annotations", "finalizers", "labels", "ownerReferences"] as const;

/** Takes from an object's metadata what is empty or null: the API server does not keep the difference to absence. */
export function tidyMetadata(metadata: Metadata): void {
  for (const key of bags) {
    const value = metadata[key] as object | null | undefined;
    if (value === null || (typeof value === "object" && Object.keys(value).length === 0)) delete metadata[key];
  }
}
