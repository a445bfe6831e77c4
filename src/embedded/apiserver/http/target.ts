import type { IncomingMessage } from "node:http";
import type { Registry } from "../resource/registry.ts";
import type { Call } from "./call.ts";
import { negotiate } from "./negotiate.ts";
import { parseResourcePath, type ResourcePath } from "./path.ts";
import { type Route, routeOf } from "./route.ts";

/** What a request is about. */
export interface Target {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** What the path names, whether or not it is served. */
  readonly named: ResourcePath | undefined;
  /** The stored resource at the path. */
  readonly route: Route | undefined;
}

/** Reads a request's line. Throws 405, and a URIError for broken escapes. */
export function targetOf(registry: Registry, { method = "GET", url = "/" }: IncomingMessage): Target {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  const named = parseResourcePath(path);
  return { method, path, query, named, route: named && routeOf(registry, method, named, query) };
}

/** The body's media type without parameters, in lower case. */
export const contentTypeOf = ({ headers }: IncomingMessage): string =>
  (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();

/** The call that a request for a stored resource makes. Throws 406. */
export function callOf(request: IncomingMessage, query: URLSearchParams, route: Route, body: Buffer): Call {
  const { verb, served, path } = route;
  const { namespace, name, subresource } = path;
  // A watch of one object is a watch of its collection that selects it.
  if (verb === "watch" && name !== "") query.set("fieldSelector", `metadata.name=${name}`);
  return {
    verb,
    served,
    namespace,
    name,
    subresource,
    query,
    presentation: negotiate(request.headers.accept),
    contentType: contentTypeOf(request),
    body,
    userAgent: request.headers["user-agent"] ?? "",
    warnings: served.version.deprecation ? [served.version.deprecation] : [],
  };
}

/** What a request counts as, such as `repositories.millrace.dev/status`; outside of resources the first part of its path. */
export function subjectOf({ route, path }: Target): string {
  if (!route) return path.split("/", 2).join("/");
  const { id } = route.served.resource;
  return route.path.subresource === "" ? id : `${id}/${route.path.subresource}`;
}
