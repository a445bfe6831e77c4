import type { Log } from "../reconcilers/ports.ts";
import type { KubeObject } from "./client.ts";

/** Hears of every change, in order, at once and one by one. What takes time belongs into a queue. */
export interface InformerHandler {
  /** `initial`: it was there when the informer began. */
  add?(object: KubeObject, how: { readonly initial: boolean }): void;
  update?(before: KubeObject, after: KubeObject): void;
  /** `tombstone`: it vanished while nobody looked, and this is how it was last seen. */
  delete?(object: KubeObject, how: { readonly tombstone: boolean }): void;
}

/** Tells several handlers of each change. One that throws is logged; the others hear of it all the same. */
export class Listeners {
  readonly #handlers: InformerHandler[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The handler hears of what is there already, as initial. */
  join(handler: InformerHandler, present: readonly KubeObject[]): void {
    for (const object of present) this.#tell(object, () => handler.add?.(object, { initial: true }));
    this.#handlers.push(handler);
  }

  add(object: KubeObject, initial: boolean): void {
    for (const handler of this.#handlers) this.#tell(object, () => handler.add?.(object, { initial }));
  }

  update(before: KubeObject, after: KubeObject): void {
    for (const handler of this.#handlers) this.#tell(after, () => handler.update?.(before, after));
  }

  delete(object: KubeObject, tombstone: boolean): void {
    for (const handler of this.#handlers) this.#tell(object, () => handler.delete?.(object, { tombstone }));
  }

  #tell(object: KubeObject, tell: () => unknown): void {
    const failed = (err: unknown): void => {
      const { namespace, name } = object.metadata;
      this.#log.error({ err, kind: object.kind, namespace, name }, "a handler of changes failed");
    };
    try {
      const told = tell();
      // An asynchronous function passes for one that returns nothing; its failure must not be nobody's.
      if (told instanceof Promise) told.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
