import { Discovery } from "../discovery/discovery.ts";
import { OpenApi } from "../openapi/openapi.ts";
import type { Registry } from "../resource/registry.ts";
import { jsonReply, type Reply } from "./exchange.ts";

/** The release of Kubernetes whose API this server speaks. */
const version = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.3+millrace",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "linux/amd64",
};

const text = (body: string): Reply => ({ code: 200, contentType: "text/plain; charset=utf-8", body });

/** Answers GET of everything that is not a resource. */
export class Documents {
  readonly #discovery: Discovery;
  readonly #openApi: OpenApi;

  constructor(registry: Registry) {
    this.#discovery = new Discovery(registry);
    this.#openApi = new OpenApi(registry);
  }

  answer(path: string, query: URLSearchParams, accept: string | undefined): Reply | undefined {
    const trimmed = path.length > 1 ? path.replace(/\/$/, "") : path;
    switch (trimmed) {
      case "/":
        return jsonReply(200, {
          paths: ["/api", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"],
        });
      case "/version":
        return jsonReply(200, version);
      case "/healthz":
      case "/livez":
      case "/readyz":
        return text(query.has("verbose") ? `[+]ping ok\n[+]store ok\n${trimmed.slice(1)} check passed\n` : "ok");
      default:
        return this.#openApi.answer(trimmed) ?? this.#discovery.answer(trimmed, accept);
    }
  }
}

/** Paths that need no credential. */
export const isPublic = (path: string): boolean => /^\/(?:version|healthz|livez|readyz)\/?$/.test(path);
