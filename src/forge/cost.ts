import type { Ask } from "./governor.ts";

/** What a request of GitHub's REST API costs, and how urgent it is. `path` starts after the API's root. */
export function askOf(method: string, path: string): Ask {
  const key = `${method} ${path}`;
  if (method === "GET" || method === "HEAD") return { points: 1, content: false, priority: 2, key };
  // A merge finishes work that was paid for; nothing waits behind it that it could hold up.
  if (method === "PUT" && path.endsWith("/merge")) return { points: 5, content: false, priority: 0, key };
  const isToken = path.endsWith("/access_tokens");
  return { points: 5, content: method === "POST" && !isToken, priority: isToken ? 0 : 1, key };
}
