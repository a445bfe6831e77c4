import type { Registry } from "../resource/registry.ts";
import type { Served } from "../resource/resource.ts";
import type { Verb } from "./call.ts";
import type { ResourcePath } from "./path.ts";
import { methodNotAllowed, notFound } from "./status.ts";

/** A request whose resource and verb are known. */
export interface Route {
  readonly verb: Verb;
  readonly served: Served;
  readonly path: ResourcePath;
}

/** Finds the resource and the verb of a request; undefined when no such path is served. Throws 404 and 405. */
export function routeOf(
  registry: Registry,
  method: string,
  path: ResourcePath,
  query: URLSearchParams,
): Route | undefined {
  const served = registry.find(path.group, path.version, path.plural);
  if (!served) return undefined;
  const { resource, version } = served;
  if (path.namespace !== "" && !resource.namespaced) return undefined;
  if (path.namespace === "" && resource.namespaced && path.name !== "") return undefined;
  const finalize = path.subresource === "finalize" && resource.id === "namespaces";
  if (path.subresource !== "" && !finalize && !(path.subresource === "status" && version.hasStatus)) {
    // Of custom kinds the server knows the object, but nothing of that name in it.
    if (resource.custom) throw notFound(resource, path.name);
    return undefined;
  }
  const verb = verbOf(method, path, query);
  if (!verb || (verb === "create" && resource.namespaced && path.namespace === "")) throw methodNotAllowed();
  return { verb, served, path };
}

function verbOf(method: string, { name, subresource }: ResourcePath, query: URLSearchParams): Verb | undefined {
  const watched = query.get("watch") === "true" || query.get("watch") === "1";
  if (name === "")
    return { GET: watched ? "watch" : "list", POST: "create", DELETE: "deletecollection" }[method] as Verb;
  if (subresource === "finalize") return method === "PUT" ? "update" : undefined;
  if (subresource !== "") return { GET: "get", PUT: "update", PATCH: "patch" }[method] as Verb;
  return { GET: watched ? "watch" : "get", PUT: "update", PATCH: "patch", DELETE: "delete" }[method] as Verb;
}
