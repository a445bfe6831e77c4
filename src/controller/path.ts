import type { Resource } from "./client.ts";

/** The path of a resource, or of one object of it. Parts are escaped, so a name cannot lead anywhere else. */
export function pathOf(
  { group, version, plural, namespaced, kind }: Resource,
  { namespace, name, subresource }: { namespace?: string | undefined; name?: string; subresource?: string | undefined },
): string {
  if (name !== undefined && namespaced && !namespace) {
    throw new TypeError(`${kind} ${name}: a namespace is needed, ${plural} are namespaced`);
  }
  // A URL would take these two for a step, not for a name.
  if (name === "." || name === "..") throw new TypeError(`${kind}: ${name} is no name`);
  if (name === "") throw new TypeError(`${kind}: the name is empty`);
  const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const inNamespace = namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const object = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${base}${inNamespace}/${plural}${object}${subresource ? `/${subresource}` : ""}`;
}

/** `group/version`, as objects carry it. */
export const apiVersionOf = ({ group, version }: Resource): string => (group === "" ? version : `${group}/${version}`);

/** A query string with its question mark, or nothing. What is undefined or false is left out. */
export function queryOf(parameters: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== false) query.set(name, String(value));
  }
  const text = query.toString();
  return text && `?${text}`;
}
