import type { Call, List } from "../http/call.ts";
import type { KubeObject } from "../object.ts";
import type { Printer } from "../resource/resource.ts";
import { fromStored } from "../write/conversion.ts";

/** Builds `meta.k8s.io` Tables and PartialObjectMetadata for one request. */
export class Presenter {
  readonly #call: Call;
  readonly #now: Date;
  readonly #printer: Printer;
  readonly #apiVersion: string;

  constructor(call: Call, now: Date) {
    this.#call = call;
    this.#now = now;
    this.#printer = call.served.version.printer;
    this.#apiVersion = `meta.k8s.io/${call.presentation.version}`;
  }

  /** A table of stored objects; `headers` is false for the later events of a watch. */
  table(items: readonly string[], metadata: object, headers = true): object {
    const columnDefinitions = this.#printer.columns.map(({ name, type, format, description, priority }) => ({
      name,
      type,
      format: format ?? "",
      description: description ?? "",
      priority: priority ?? 0,
    }));
    return {
      kind: "Table",
      apiVersion: this.#apiVersion,
      metadata,
      columnDefinitions: headers ? columnDefinitions : null,
      rows: items.map((json) => this.#row(JSON.parse(json) as KubeObject)),
    };
  }

  #row(stored: KubeObject): object {
    const cells = this.#printer.cells(stored, this.#now);
    switch (this.#call.query.get("includeObject")) {
      case "None":
        return { cells };
      case "Object":
        return { cells, object: fromStored(this.#call.served, stored) };
      default:
        return { cells, object: this.#partial(stored) };
    }
  }

  #partial({ metadata }: KubeObject): object {
    return { kind: "PartialObjectMetadata", apiVersion: this.#apiVersion, metadata };
  }

  /** The metadata of one stored object. */
  partial(json: string): object {
    return this.#partial(JSON.parse(json) as KubeObject);
  }

  /** The metadata of a list's objects. */
  partialList({ items }: List, metadata: object): object {
    const partials = items.map((json) => this.partial(json));
    return { kind: "PartialObjectMetadataList", apiVersion: this.#apiVersion, metadata, items: partials };
  }
}
