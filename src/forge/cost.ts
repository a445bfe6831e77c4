import type { Ask } from "./governor.ts";
import { notifies } from "./notifying.ts";

/** Whether a request of GitHub's REST or GraphQL API changes nothing. `path` starts after the API's root. */
export function isRead(method: string, path: string, body?: string): boolean {
  if (path.endsWith("/graphql")) return body !== undefined && !/"query"\s*:\s*"(\\n|\s)*mutation\b/.test(body);
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

const isUpload = (method: string, path: string): boolean =>
  method === "POST" && /\/releases\/[^/]+\/assets$/.test(path);

/**
 * What a request of GitHub's REST or GraphQL API costs. Within a class of urgency, writes (`priority` 0) go before reads
 * (1): they finish what was begun. Content is what people are told of, as GitHub's description marks what it limits; and files
 * of releases, of which it says nothing.
 */
export function askOf(method: string, path: string, body?: string): Ask {
  const reads = isRead(method, path, body);
  const cost = { points: reads ? 1 : 5, priority: reads ? 1 : 0, key: `${method} ${path}` };
  if (path.endsWith("/graphql")) return { ...cost, content: false, resource: "graphql" };
  return { ...cost, content: notifies(method, path) || isUpload(method, path) };
}
