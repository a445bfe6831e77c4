import type { KubeObject } from "../object.ts";
import { hasCondition, resourceOf } from "./definition.ts";
import type { Resource, Served } from "./resource.ts";

/** Every resource that is served now: the built-in ones, and one for each established definition. */
export class Registry {
  readonly #builtin: readonly Resource[];
  readonly #custom = new Map<string, Resource>();
  #edition = 0;

  constructor(builtin: readonly Resource[]) {
    this.#builtin = builtin;
  }

  /** Grows with every change, so that documents made from the registry can be cached. */
  get edition(): number {
    return this.#edition;
  }

  /** Serves what a CustomResourceDefinition defines, from now on in this form. */
  define(definition: KubeObject): void {
    const name = definition.metadata.name ?? "";
    if (hasCondition(definition, "Established")) this.#custom.set(name, resourceOf(definition));
    else this.#custom.delete(name);
    this.#edition += 1;
  }

  /** Stops serving what the definition of this name defined. */
  forget(name: string): void {
    this.#custom.delete(name);
    this.#edition += 1;
  }

  all(): readonly Resource[] {
    return [...this.#builtin, ...this.#custom.values()];
  }

  /** The resource with this name in the store. */
  byId(id: string): Resource | undefined {
    return this.#custom.get(id) ?? this.#builtin.find((resource) => resource.id === id);
  }

  /** The resource and version at `/apis/{group}/{version}/{plural}`. */
  find(group: string, version: string, plural: string): Served | undefined {
    for (const resource of this.all()) {
      if (resource.group !== group || resource.plural !== plural) continue;
      const found = resource.versions.find((each) => each.name === version);
      if (found) return { resource, version: found };
    }
    return undefined;
  }

  /** The resource of an object, by what its `apiVersion` and `kind` say. */
  ofKind(apiVersion: string, kind: string): Served | undefined {
    const slash = apiVersion.indexOf("/");
    const group = slash < 0 ? "" : apiVersion.slice(0, slash);
    const name = apiVersion.slice(slash + 1);
    for (const resource of this.all()) {
      if (resource.group !== group || resource.kind !== kind) continue;
      const version = resource.versions.find((each) => each.name === name);
      if (version) return { resource, version };
    }
    return undefined;
  }
}
