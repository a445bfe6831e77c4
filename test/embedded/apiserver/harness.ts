import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { type ApiServer, type ApiServerOptions, startApiServer } from "../../../src/embedded/apiserver/server.ts";

/** A JSON value that a test looks into without ceremony. */
// biome-ignore lint/suspicious/noExplicitAny: answers are as deep as Kubernetes objects, and asserts check them.
export type Json = any;

export interface Response {
  readonly code: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly body: Json;
}

export interface Send {
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

/** One event of a watch. */
export interface Event {
  readonly type: string;
  readonly object: Json;
}

export interface Watch extends AsyncIterable<Event> {
  /** The next event; rejects when the stream ends. */
  next(): Promise<Event>;
  /** Ends the watch from this side. */
  stop(): void;
}

/** A client of a running server that speaks plain HTTPS. */
export class Client {
  readonly server: ApiServer;
  readonly #agent: Agent;

  constructor(server: ApiServer) {
    this.server = server;
    this.#agent = new Agent({ keepAlive: true, ca: server.ca });
  }

  get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    this.send("GET", path, undefined, { headers });
  post = (path: string, body: unknown, send: Send = {}): Promise<Response> => this.send("POST", path, body, send);
  put = (path: string, body: unknown): Promise<Response> => this.send("PUT", path, body);
  delete = (path: string, body?: unknown): Promise<Response> => this.send("DELETE", path, body);
  merge = (path: string, body: unknown): Promise<Response> =>
    this.send("PATCH", path, body, { type: "application/merge-patch+json" });
  jsonPatch = (path: string, body: unknown): Promise<Response> =>
    this.send("PATCH", path, body, { type: "application/json-patch+json" });
  apply = (path: string, body: unknown): Promise<Response> =>
    this.send("PATCH", path, body, { type: "application/apply-patch+yaml" });

  /** Sends a request; a Buffer or a string is sent as it is, anything else as JSON. */
  async send(method: string, path: string, body?: unknown, { type, headers }: Send = {}): Promise<Response> {
    const raw = body === undefined || Buffer.isBuffer(body) || typeof body === "string";
    const payload = Buffer.from(raw ? (body ?? "") : JSON.stringify(body));
    const length = { "Content-Length": String(payload.length) };
    const outgoing = this.open(method, path, { ...length, ...(type && { "Content-Type": type }), ...headers });
    outgoing.end(payload);
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const json = /json/.test(incoming.headers["content-type"] ?? "");
    return {
      code: incoming.statusCode ?? 0,
      headers: incoming.headers,
      text,
      body: json ? JSON.parse(text) : undefined,
    };
  }

  /** Opens a request without sending it. */
  open(method: string, path: string, headers: Record<string, string> = {}): ReturnType<typeof request> {
    const authorization = { Authorization: `Bearer ${this.server.token}` };
    const defaults = method === "GET" ? {} : { "Content-Type": "application/json" };
    const all = { ...authorization, ...defaults, ...headers };
    return request(`${this.server.url}${path}`, { method, agent: this.#agent, headers: all });
  }

  /** Opens a watch; resolves with its first byte. */
  async watch(path: string, headers: Record<string, string> = {}): Promise<Watch> {
    const outgoing = this.open("GET", path, headers);
    outgoing.end();
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    incoming.on("error", () => undefined);
    outgoing.on("error", () => undefined);
    const lines = createInterface({ input: incoming })[Symbol.asyncIterator]();
    const next = async (): Promise<IteratorResult<Event>> => {
      const { done, value } = await lines.next();
      return done ? { done, value: undefined } : { done: false, value: JSON.parse(value) as Event };
    };
    return {
      async next() {
        const { done, value } = await next();
        if (done) throw new Error("the watch ended");
        return value;
      },
      stop: () => void outgoing.destroy(),
      [Symbol.asyncIterator]: () => ({ next }),
    };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A clock that stands still until it is moved. */
export class TestClock {
  #now = new Date("2026-01-02T03:04:05Z");
  now = (): Date => this.#now;
  forward(ms: number): void {
    this.#now = new Date(this.#now.getTime() + ms);
  }
}

/** Starts a server in memory that ends with the test. */
export async function start(context: TestContext, options: Partial<ApiServerOptions> = {}): Promise<Client> {
  const server = await startApiServer({ clock: new TestClock(), ...options });
  const client = new Client(server);
  context.after(async () => {
    client.close();
    await server.close();
  });
  return client;
}

/** A folder that is removed after the test. */
export function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "millrace-apiserver-"));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Repeats a check until it holds, for what the server does by itself a moment later. */
export async function eventually<T>(check: () => Promise<T | undefined | false>): Promise<T> {
  for (let left = 500; ; left -= 1) {
    const found = await check();
    if (found) return found;
    if (left === 0) throw new Error("it never came true");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The definition of the kind that most tests use: mills, with a status, a default, a rule and a selectable field. */
export const millDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "mills.test.dev" },
  spec: {
    group: "test.dev",
    scope: "Namespaced",
    names: { plural: "mills", kind: "Mill", shortNames: ["ml"], categories: ["water"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        selectableFields: [{ jsonPath: ".spec.river" }],
        additionalPrinterColumns: [
          { name: "River", type: "string", jsonPath: ".spec.river" },
          { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        schema: {
          openAPIV3Schema: {
            type: "object",
            description: "A mill on a river.",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                required: ["river"],
                properties: {
                  river: { type: "string", description: "The river that drives it.", minLength: 1 },
                  wheels: { type: "integer", default: 1 },
                },
                "x-kubernetes-validations": [{ rule: "self.wheels < 10", message: "no river drives ten wheels" }],
              },
              status: {
                type: "object",
                properties: {
                  turns: { type: "integer" },
                  conditions: {
                    type: "array",
                    items: {
                      type: "object",
                      properties: { type: { type: "string" }, status: { type: "string" } },
                      required: ["type"],
                    },
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["type"],
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

export const mills = "/apis/test.dev/v1/namespaces/default/mills";

/** A mill by this name. */
export const mill = (name: string, spec: object = { river: "Kern" }, metadata: object = {}): object => ({
  apiVersion: "test.dev/v1",
  kind: "Mill",
  metadata: { name, ...metadata },
  spec,
});
