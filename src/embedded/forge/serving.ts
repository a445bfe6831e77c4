import type { IncomingMessage, ServerResponse } from "node:http";
import type { Forge } from "./forge.ts";
import { graphqlRoutes } from "./graphql/route.ts";
import { serveApi } from "./http/api.ts";
import { type FaultHook, playFault } from "./http/fault.ts";
import { Router } from "./http/router.ts";
import { apiRoutes, pageRoutes, uploadRoutes } from "./routes.ts";
import { serveGit } from "./smart/serve.ts";

/** Answers one request, unless a fault is played on it. */
export type Serve = (request: IncomingMessage, response: ServerResponse, fault: FaultHook | undefined) => Promise<void>;

/** What a forge serves: its APIs, git, and pages for people. */
export function serverOf(forge: Forge): Serve {
  const api = new Router(apiRoutes);
  const uploads = new Router(uploadRoutes);
  const pages = new Router(pageRoutes);
  const graphql = new Router(graphqlRoutes);
  return async (request, response, fault) => {
    const url = new URL(request.url ?? "/", forge.url);
    const path = url.pathname;
    const played = fault?.({
      method: request.method ?? "GET",
      path,
      query: url.searchParams,
      authorization: request.headers.authorization,
    });
    if (await playFault(played, request, response)) return;
    const below = (mount: string) => ({ request, response, url, path: path.slice(mount.length) });
    if (path.startsWith("/api/v3")) return serveApi(forge, api, below("/api/v3"));
    if (path === "/api/graphql") return serveApi(forge, graphql, below("/api"));
    if (path.startsWith("/api/uploads")) return serveApi(forge, uploads, below("/api/uploads"));
    if (await serveGit(forge, below(""))) return;
    return serveApi(forge, pages, below(""));
  };
}
