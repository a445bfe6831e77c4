import type { Ask } from "./governor.ts";

/**
 * Writes that GitHub's reference says trigger notifications, so that creating content too quickly by them is limited:
 * everything that is made by POST counts anyway, and these do besides.
 */
const notifying = [/^\/repos\/[^/]+\/[^/]+\/pulls\/\d+\/merge$/, /^\/repos\/[^/]+\/[^/]+\/collaborators\/[^/]+$/];

/** Whether a request of GitHub's REST or GraphQL API changes nothing. `path` starts after the API's root. */
export function isRead(method: string, path: string, body?: string): boolean {
  if (path.endsWith("/graphql")) return body !== undefined && !/"query"\s*:\s*"(\\n|\s)*mutation\b/.test(body);
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

/**
 * What a request of GitHub's REST or GraphQL API costs. Within a class of urgency, writes (`priority` 0) go before reads
 * (1): they finish what was begun.
 */
export function askOf(method: string, path: string, body?: string): Ask {
  const key = `${method} ${path}`;
  const reads = isRead(method, path, body);
  const cost = { points: reads ? 1 : 5, priority: reads ? 1 : 0, key };
  if (path.endsWith("/graphql")) return { ...cost, content: false, resource: "graphql" };
  const isToken = path.endsWith("/access_tokens");
  const isNotifying = method === "PUT" && notifying.some((each) => each.test(path));
  return { ...cost, content: (method === "POST" && !isToken) || isNotifying };
}
