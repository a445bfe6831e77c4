import type { Cluster } from "../cluster.ts";
import type { Call } from "../http/call.ts";
import { expired, type StatusError } from "../http/status.ts";
import { groupVersion } from "../resource/resource.ts";
import type { Change, Entry } from "../store/entry.ts";
import { Presenter } from "../table/table.ts";
import { servedJson } from "../write/conversion.ts";
import { type Selection, selectionOf, selects } from "./list.ts";
import { optionsForbidden, parseRevision } from "./revision.ts";

/** Where a watch's lines go. */
export interface Sink {
  write(lines: string): void;
  /** Ends the stream in order. */
  end(): void;
}

type EventType = "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";

/** One client's watch: turns committed changes into the events of its selection. */
export class Watcher {
  readonly resource: string;
  readonly #cluster: Cluster;
  readonly #call: Call;
  readonly #selection: Selection;
  readonly #bookmarks: boolean;
  readonly #revision: number | undefined;
  /** Whether the client asked for the current objects, or asked not to get them. */
  readonly #initialEvents: string | null;
  #sink: Sink | undefined;
  #sent = 0;
  #headers = true;

  /** Throws 400 and 422 for what is wrong with the request. */
  constructor(cluster: Cluster, call: Call) {
    const { query } = call;
    this.resource = call.served.resource.id;
    this.#cluster = cluster;
    this.#call = call;
    this.#selection = selectionOf(call);
    this.#bookmarks = isTrue(query.get("allowWatchBookmarks"));
    this.#revision = parseRevision(query.get("resourceVersion"));
    this.#initialEvents = query.get("sendInitialEvents");
    checkInitialEvents(query);
  }

  /** Sends what the client has to see first. False when it must list again, which it is then told. */
  start(sink: Sink): boolean {
    this.#sink = sink;
    const { store } = this.#cluster;
    const revision = this.#revision;
    this.#sent = store.durable;
    if (isTrue(this.#initialEvents) || (this.#initialEvents === null && !revision)) {
      this.#initial();
      if (this.#initialEvents !== null) this.bookmark({ "k8s.io/initial-events-end": "true" });
      return true;
    }
    if (!revision) return true;
    const changes = revision > store.revision ? undefined : store.since(this.resource, revision);
    if (!changes) {
      this.fail(expired(`too old resource version: ${revision} (${store.oldest(this.resource)})`));
      return false;
    }
    this.#sent = revision;
    this.send(changes.filter((change) => change.entry.revision <= store.durable));
    return true;
  }

  #initial(): void {
    const lines: string[] = [];
    for (const entry of this.#cluster.store.entries(this.resource, this.#selection.namespace)) {
      if (selects(this.#selection, entry)) lines.push(this.#line("ADDED", entry.json));
    }
    if (lines.length > 0) this.#sink?.write(lines.join(""));
  }

  /** Sends the events of these changes that are new to this watch. */
  send(changes: readonly Change[]): void {
    let lines = "";
    for (const change of changes) {
      if (change.entry.revision > this.#sent && change.resource === this.resource) lines += this.#event(change);
    }
    this.#sent = Math.max(this.#sent, changes.at(-1)?.entry.revision ?? 0);
    if (lines !== "") this.#sink?.write(lines);
  }

  /** An object that enters or leaves the selection is added or deleted as far as this client can see. */
  #event({ type, entry, before }: Change): string {
    const was = before !== undefined && selects(this.#selection, before);
    const is = type !== "DELETED" && selects(this.#selection, entry);
    if (is) return this.#line(was ? "MODIFIED" : "ADDED", entry.json);
    if (!was) return "";
    return this.#line("DELETED", type === "DELETED" ? entry.json : atRevision(before, entry.revision));
  }

  #line(type: EventType, json: string): string {
    const { served, presentation } = this.#call;
    if (presentation.as === "object") return `{"type":"${type}","object":${servedJson(served, json)}}\n`;
    const presenter = new Presenter(this.#call, this.#cluster.clock.now());
    const object =
      presentation.as === "metadata" ? presenter.partial(json) : presenter.table([json], {}, this.#headers);
    this.#headers = false;
    return `${JSON.stringify({ type, object })}\n`;
  }

  /** Tells a client that asked for it how far it has seen everything. */
  bookmark(annotations?: Record<string, string>): void {
    if (!this.#bookmarks) return;
    const { resource, version } = this.#call.served;
    const revision = Math.max(this.#sent, this.#cluster.store.durable);
    this.#sink?.write(
      `${JSON.stringify({
        type: "BOOKMARK",
        object: {
          kind: resource.kind,
          apiVersion: groupVersion(resource.group, version.name),
          metadata: { resourceVersion: String(revision), creationTimestamp: null, ...(annotations && { annotations }) },
        },
      })}\n`,
    );
  }

  /** Sends an ERROR event and ends the watch. */
  fail(error: StatusError): void {
    this.#sink?.write(`${JSON.stringify({ type: "ERROR", object: error })}\n`);
    this.#sink?.end();
  }

  /** Ends the watch in order, with a last bookmark. */
  finish(): void {
    this.bookmark();
    this.#sink?.end();
  }
}

/** The last JSON that a client saw, under the revision of the change that took the object from its selection. */
function atRevision(before: Entry, revision: number): string {
  const object = JSON.parse(before.json) as { metadata: { resourceVersion?: string } };
  object.metadata.resourceVersion = String(revision);
  return JSON.stringify(object);
}

const isTrue = (text: string | null): boolean => text === "true" || text === "1";

function checkInitialEvents(query: URLSearchParams): void {
  const asked = query.get("sendInitialEvents");
  const match = query.get("resourceVersionMatch");
  if (asked === null && match !== null) {
    throw optionsForbidden(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  }
  if (asked !== null && match !== "NotOlderThan") {
    throw optionsForbidden(
      "resourceVersionMatch",
      "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    );
  }
}
