import type { Ask } from "../governor.ts";

/**
 * What a request of Gitea's REST API costs, which has no limits but the number of requests at once. Within a class of
 * urgency, writes (`priority` 0) go before reads (1): they finish what was begun. `path` starts after the API's root.
 */
export function giteaCost(method: string, path: string): Ask {
  const key = `${method} ${path}`;
  if (method === "GET") return { points: 1, priority: 1, content: false, key };
  return {
    points: 5,
    priority: 0,
    content: method === "POST" && /\/(pulls|comments|releases|assets)$/.test(path),
    key,
  };
}
