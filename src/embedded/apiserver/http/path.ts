/** What the path of a resource request names. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/**
 * Reads `/api/v1/…` and `/apis/{group}/{version}/…`. Undefined when the path is not of that form or names no
 * resource (`/apis/apps/v1`). Throws a URIError for broken escapes.
 */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split("/").slice(1);
  if (path.includes("%")) for (const [at, part] of parts.entries()) parts[at] = decodeURIComponent(part);
  if (parts.at(-1) === "") parts.pop();
  const root = parts.shift();
  if (root !== "api" && root !== "apis") return undefined;
  const group = root === "api" ? "" : parts.shift();
  const version = parts.shift();
  if (group === undefined || version === undefined || parts.length === 0) return undefined;
  // `/namespaces/{name}/status` and `/finalize` are the namespace's own, everything else is inside it.
  const own = parts.length === 3 && (parts[2] === "status" || parts[2] === "finalize");
  let namespace = "";
  if (parts[0] === "namespaces" && parts.length > 2 && !own) {
    namespace = parts[1] ?? "";
    parts.splice(0, 2);
  }
  const [plural = "", name = "", subresource = "", ...rest] = parts;
  return rest.length > 0 ? undefined : { group, version, plural, namespace, name, subresource };
}
