import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../reconcilers/ports.ts";
import { announced } from "./gitea-headers.ts";
import type { Answer, Delivery } from "./webhook.ts";

/** GitHub sends nothing larger. */
const maxBytes = 25 * 1024 * 1024;
const path = /^\/webhooks\/([a-z0-9][-a-z0-9.]*)\/([a-z0-9][-a-z0-9.]*)$/;

/** What a probe found: `true`, or why not. */
export type Probe = () => { readonly ok: boolean; readonly reasons: readonly string[] };

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Stops to accept, and waits for answers that are on their way. */
  close(): Promise<void>;
}

export interface Where {
  readonly host: string;
  readonly port: number;
}

/** Serves `POST /webhooks/{namespace}/{forge}`. `count` hears each delivery's result. */
export function serveWebhooks(
  where: Where,
  take: (delivery: Delivery) => Promise<Answer>,
  { log, count }: { readonly log: Log; readonly count: (result: Answer["result"], ms: number) => void },
): Promise<Listener> {
  return listen(
    where,
    async (request, response) => {
      const began = performance.now();
      const [, namespace, name] = path.exec(request.url ?? "") ?? [];
      if (namespace === undefined || name === undefined)
        return send(response, 404, { message: "webhooks are at /webhooks/NAMESPACE/FORGE" });
      if (request.method !== "POST") return send(response, 405, { message: "deliveries are sent with POST" });
      const body = await bodyOf(request);
      if (!body) return send(response, 413, { message: `a delivery has at most ${maxBytes} bytes` });
      const header = (key: string) => request.headers[key]?.toString();
      const answer = await take({
        forge: { namespace, name },
        ...announced(header),
        body,
      });
      count(answer.result, performance.now() - began);
      if (answer.status === 503) response.setHeader("retry-after", "30");
      send(response, answer.status, answer.body);
    },
    log,
  );
}

/** Serves `/healthz`, `/readyz` (503 with the reasons when not) and `/metrics` in Prometheus' text format. */
export function serveOps(
  where: Where,
  { healthy, ready, metrics }: { readonly healthy: Probe; readonly ready: Probe; readonly metrics: () => string },
  log: Log,
): Promise<Listener> {
  const probes: Readonly<Record<string, Probe>> = { "/healthz": healthy, "/livez": healthy, "/readyz": ready };
  return listen(
    where,
    async (request, response) => {
      const at = (request.url ?? "").split("?")[0]!;
      if (request.method !== "GET" && request.method !== "HEAD") return send(response, 405, { message: "only GET" });
      if (at === "/metrics") return send(response, 200, metrics(), "text/plain; version=0.0.4; charset=utf-8");
      const probe = probes[at]?.();
      if (!probe) return send(response, 404, { message: "there are /healthz, /readyz and /metrics" });
      send(
        response,
        probe.ok ? 200 : 503,
        probe.ok ? "ok\n" : `${probe.reasons.join("\n")}\n`,
        "text/plain; charset=utf-8",
      );
    },
    log,
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Answers with JSON, or with text of another type. */
export function send(response: ServerResponse, status: number, body: object | string, type = "application/json"): void {
  const text = typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Bodies {
  /** Milliseconds in which a whole request has to arrive. */
  readonly requestTimeout?: number;
  /** Leaves it to the handler to say, to who asks first, that a body is wanted. */
  readonly onDemand?: boolean;
}

/** Listens until it is closed. */
export async function listen(
  { host, port }: Where,
  handler: Handler,
  log: Log,
  { requestTimeout = 30_000, onDemand = false }: Bodies = {},
): Promise<Listener> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    handler(request, response).catch((error: unknown) => {
      log.error({ err: error }, "a request failed");
      if (response.headersSent) response.destroy();
      else send(response, 500, { message: "an unforeseen failure; the log has the details" });
    });
  };
  const server = createServer({ requestTimeout, headersTimeout: 10_000 }, handle);
  if (onDemand) server.on("checkContinue", handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const at = (server.address() as AddressInfo).port;
  return { port: at, url: `http://${host.includes(":") ? `[${host}]` : host}:${at}`, close: () => closed(server) };
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
