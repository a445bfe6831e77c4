import type { KubeObject, WatchEvent } from "../../src/controller/client.ts";
import { type Seen, statusBody, type Verb } from "./hostile-server.ts";

interface Versioned {
  readonly version: number;
  readonly event: WatchEvent;
}

/** An answer; text and bytes are sent as they are, anything else as JSON. */
export interface Plain {
  readonly code: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** The objects of a HostileServer, their history, and plain answers to plain requests. */
export class HostileStore {
  onChange: (event: WatchEvent) => void = () => undefined;
  readonly #objects = new Map<string, KubeObject>();
  #history: Versioned[] = [];
  #version = 100;
  #forgottenBefore = 0;
  #uids = 0;

  get version(): string {
    return String(this.#version);
  }

  get all(): KubeObject[] {
    return [...this.#objects.values()];
  }

  get names(): string[] {
    return [...this.#objects.keys()].sort();
  }

  /** Creates or changes an object of the namespace `default`, and tells the watchers. */
  put(name: string, fields: Readonly<Record<string, unknown>> = {}): KubeObject {
    const before = this.#objects.get(name);
    const { metadata = {}, ...rest } = fields;
    const object = {
      apiVersion: "test.dev/v1",
      kind: "Widget",
      ...rest,
      metadata: {
        creationTimestamp: "2026-01-01T00:00:00Z",
        managedFields: [{ manager: "test", operation: "Update" }],
        ...(metadata as object),
        name,
        namespace: "default",
        resourceVersion: String(++this.#version),
        uid: before?.metadata.uid ?? `uid-${++this.#uids}`,
      },
    };
    this.#objects.set(name, object);
    this.#tell({ type: before ? "MODIFIED" : "ADDED", object });
    return object;
  }

  remove(name: string): void {
    const before = this.#objects.get(name);
    if (!before) throw new Error(`there is no ${name}`);
    this.#objects.delete(name);
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(++this.#version) } };
    this.#tell({ type: "DELETED", object });
  }

  /** Forgets all history: watches and pages from before now are refused. */
  compact(): void {
    this.#history = [];
    this.#forgottenBefore = ++this.#version;
  }

  since(resourceVersion: string): readonly WatchEvent[] | "forgotten" {
    if (Number(resourceVersion) < this.#forgottenBefore) return "forgotten";
    return this.#history.filter(({ version }) => version > Number(resourceVersion)).map(({ event }) => event);
  }

  answer(verb: Verb, seen: Seen): Plain {
    const name = seen.path.split("/")[7];
    if (verb === "raw") return { code: 200, body: "ok" };
    if (verb === "list") return this.#list(seen.query);
    if (verb === "create") return { code: 201, body: this.put(nameIn(seen.body), JSON.parse(seen.body)) };
    const found = name === undefined ? undefined : this.#objects.get(name);
    if (!found && verb !== "patch") return { code: 404, body: statusBody(404, "NotFound") };
    if (verb === "get") return { code: 200, body: found };
    if (verb === "delete") {
      this.remove(name!);
      return { code: 200, body: { kind: "Status", status: "Success" } };
    }
    return { code: 200, body: this.put(name!, seen.body.startsWith("[") ? {} : JSON.parse(seen.body)) };
  }

  /** Items before metadata, as the real one writes them. */
  #list(query: URLSearchParams): { code: number; body: unknown } {
    const [from = "0", at = this.version] = query.get("continue")?.split("@") ?? [];
    if (Number(at) < this.#forgottenBefore) return { code: 410, body: statusBody(410, "Expired") };
    const names = this.names;
    const end = Number(from) + Number(query.get("limit") ?? names.length);
    const items = names.slice(Number(from), end).map((name) => this.#objects.get(name));
    const more = end < names.length ? { continue: `${end}@${at}`, remainingItemCount: names.length - end } : {};
    const metadata = { ...more, resourceVersion: at };
    return { code: 200, body: { apiVersion: "test.dev/v1", items, kind: "WidgetList", metadata } };
  }

  #tell(event: WatchEvent): void {
    this.#history.push({ version: this.#version, event });
    this.onChange(event);
  }
}

const nameIn = (body: string): string => (JSON.parse(body) as KubeObject).metadata.name;
