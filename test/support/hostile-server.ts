import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { ClusterAccess } from "../../src/controller/access.ts";
import type { KubeObject, Resource } from "../../src/controller/client.ts";
import { HostileStore } from "./hostile-store.ts";

export type Verb = "list" | "watch" | "get" | "create" | "update" | "patch" | "delete" | "raw";

/** What happens to one request in place of, or before, a decent answer. */
export type Fault =
  /** The connection breaks without an answer. */
  | { readonly do: "reset" }
  /** The request is read, and nothing follows: a half-open connection looks like this. */
  | { readonly do: "hang" }
  | { readonly do: "refuse"; readonly code: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  /** A decent answer begins, and the connection breaks in its middle. */
  | { readonly do: "cut" }
  /** A watch begins with these bytes, then goes on. */
  | { readonly do: "say"; readonly text: string }
  /** A watch begins with these bytes, then ends. */
  | { readonly do: "end"; readonly text?: string }
  /** A decent answer, late. */
  | { readonly do: "wait"; readonly until: Promise<void> };

export interface Seen {
  readonly verb: Verb;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export const widgets: Resource = {
  group: "test.dev",
  version: "v1",
  plural: "widgets",
  kind: "Widget",
  namespaced: true,
};
export const collection = "/apis/test.dev/v1/namespaces/default/widgets";

/**
 * A small API server for one resource, `widgets`, which does what it is told to do wrong.
 *
 * It lists in pages, watches from any version it remembers, sends bookmarks when asked, and refuses what it forgot.
 * Faults are queued per verb; each spoils one request. All requests are remembered, so that a test can count them.
 */
export class HostileServer {
  readonly seen: Seen[] = [];
  readonly store = new HostileStore();
  /** How it says that a version is forgotten. */
  goneBy: "http" | "event" = "http";
  /** Connections ever accepted. */
  accepted = 0;
  /** Requests without a whole answer, of connections that still stand. */
  pending = 0;
  /** No connection is answered, and open ones break. */
  #down = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<ServerResponse>();
  readonly #faults = new Map<Verb, Fault[]>();

  static async start(): Promise<HostileServer> {
    const server = new HostileServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on("connection", (socket) => {
      this.accepted++;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      if (this.#down) socket.destroy();
    });
    this.store.onChange = (event) => {
      for (const watch of this.#watches) watch.write(`${JSON.stringify(event)}\n`);
    };
  }

  /** A way in that needs no credentials. */
  get access(): ClusterAccess {
    const { port } = this.#server.address() as AddressInfo;
    return { server: `http://127.0.0.1:${port}`, credentials: async () => ({ headers: {}, tls: {} }) };
  }

  count(verb: Verb): number {
    return this.seen.filter((each) => each.verb === verb).length;
  }

  /** Bytes that watchers have not taken yet. */
  get unsent(): number {
    return [...this.#watches].reduce((sum, { writableLength }) => sum + writableLength, 0);
  }

  get watching(): number {
    return this.#watches.size;
  }

  /** The next requests of this verb suffer these, one each. */
  fault(verb: Verb, ...faults: readonly Fault[]): void {
    this.#faults.set(verb, [...(this.#faults.get(verb) ?? []), ...faults]);
  }

  bookmark(): void {
    const { version } = this.store;
    const object = { kind: "Widget", apiVersion: "test.dev/v1", metadata: { resourceVersion: version } };
    for (const watch of this.#watches) watch.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  /** Writes raw bytes into every open watch. */
  say(text: string | Buffer): void {
    for (const watch of this.#watches) watch.write(text);
  }

  /** Ends every open watch, as its time-out would, or breaks it. */
  endWatches(how: "politely" | "reset"): void {
    for (const watch of this.#watches) {
      if (how === "politely") watch.end();
      else watch.socket?.resetAndDestroy();
    }
    this.#watches.clear();
  }

  /** Open watches stay open, and hear of nothing any more. */
  deafenWatches(): void {
    this.#watches.clear();
  }

  set down(down: boolean) {
    this.#down = down;
    if (down) for (const socket of this.#sockets) socket.resetAndDestroy();
    if (down) this.#watches.clear();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.pending++;
    response.on("close", () => this.pending--);
    const chunks: string[] = [];
    request.setEncoding("utf8");
    for await (const chunk of request) chunks.push(chunk as string);
    const url = new URL(request.url ?? "/", "http://localhost");
    const { method = "GET", headers } = request;
    const verb = verbOf(method, url);
    this.seen.push({ verb, method, path: url.pathname, query: url.searchParams, headers, body: chunks.join("") });
    const fault = this.#faults.get(verb)?.shift();
    await this.#suffer(fault, request, response);
    if (response.headersSent || response.destroyed || fault?.do === "hang") return;
    if (verb === "watch") this.#watch(url, response, fault);
    else this.#answer(verb, this.seen.at(-1)!, response, fault);
  }

  async #suffer(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (fault?.do === "reset") {
      request.socket.resetAndDestroy();
      response.destroy();
    }
    if (fault?.do === "refuse") send(response, fault.code, fault.body ?? statusBody(fault.code), fault.headers);
    if (fault?.do === "wait") await fault.until;
  }

  #answer(verb: Verb, seen: Seen, response: ServerResponse, fault: Fault | undefined): void {
    const { code, body, headers } = this.store.answer(verb, seen);
    if (fault?.do !== "cut") {
      send(response, code, body, headers);
      return;
    }
    const text = JSON.stringify(body);
    response.writeHead(code, { "content-type": "application/json", "content-length": text.length });
    response.write(text.slice(0, text.length / 2), () => response.socket?.resetAndDestroy());
  }

  #watch({ searchParams }: URL, response: ServerResponse, fault: Fault | undefined): void {
    const since = this.store.since(searchParams.get("resourceVersion") ?? "0");
    if (since === "forgotten" && this.goneBy === "http") {
      send(response, 410, statusBody(410, "Expired"));
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (since === "forgotten") {
      response.end(`${JSON.stringify({ type: "ERROR", object: statusBody(410, "Expired") })}\n`);
      return;
    }
    if (fault?.do === "end") return void response.end(fault.text ?? "");
    if (fault?.do === "say") response.write(fault.text);
    for (const event of since) response.write(`${JSON.stringify(event)}\n`);
    if (fault?.do === "cut") return void response.write('{"type":"MODI', () => response.socket?.resetAndDestroy());
    this.#watches.add(response);
    response.on("close", () => this.#watches.delete(response));
  }
}

function verbOf(method: string, { pathname, searchParams }: URL): Verb {
  if (!pathname.startsWith("/apis/test.dev/")) return "raw";
  if (method !== "GET") return ({ POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" } as const)[method]!;
  if (searchParams.get("watch") === "true") return "watch";
  return pathname.endsWith("/widgets") ? "list" : "get";
}

export function statusBody(code: number, reason = "", details: object = {}): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message: `told to say ${code}`, details };
}

function send(response: ServerResponse, code: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(code, { "content-type": "application/json", ...headers });
  response.end(text);
}

/** Waits for what real sockets take their time for. Fails after twenty real seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`did not come to pass: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export const nameOf = ({ metadata }: KubeObject): string => metadata.name;
