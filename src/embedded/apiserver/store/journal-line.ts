import type { KubeObject } from "../object.ts";
import { type Change, type Entry, entryOf } from "./entry.ts";

/** One line of a journal: an object that was put, or a key that was removed. */
export type Line =
  | { readonly put: string; readonly object: KubeObject }
  | { readonly del: string; readonly key: string; readonly revision: number }
  /** The first line of a snapshot. */
  | { readonly snapshot: number };

/** The line of a put, made from the text that is there already. */
export const putLine = (resource: string, entry: Entry): string =>
  `{"put":${JSON.stringify(resource)},"object":${entry.json}}\n`;

/** The line of a change. */
export function lineOf({ type, resource, entry }: Change): string {
  if (type !== "DELETED") return putLine(resource, entry);
  return `${JSON.stringify({ del: resource, key: entry.key, revision: entry.revision } satisfies Line)}\n`;
}

/** The line that starts a snapshot of a revision. */
export const snapshotLine = (revision: number): string => `${JSON.stringify({ snapshot: revision } satisfies Line)}\n`;

/** The objects of a journal as its lines are read. */
export class Replay {
  readonly resources = new Map<string, Map<string, Entry>>();
  revision = 0;

  /** Throws when the text is not a line of a journal. */
  line(text: string): void {
    const line = JSON.parse(text) as Line;
    if ("snapshot" in line) this.revision = line.snapshot;
    else if ("put" in line) {
      const revision = Number(line.object.metadata.resourceVersion);
      const entry = entryOf(line.object, revision);
      this.#of(line.put).set(entry.key, entry);
      this.revision = Math.max(this.revision, revision);
    } else if ("del" in line) {
      this.#of(line.del).delete(line.key);
      this.revision = Math.max(this.revision, line.revision);
    } else throw new TypeError("it is neither a put, nor a removal, nor the start of a snapshot");
  }

  #of(resource: string): Map<string, Entry> {
    const known = this.resources.get(resource);
    if (known) return known;
    const made = new Map<string, Entry>();
    this.resources.set(resource, made);
    return made;
  }

  /** Every object, with the resource that it is stored under. */
  *entries(): Generator<{ resource: string; entry: Entry }> {
    for (const [resource, entries] of this.resources) for (const entry of entries.values()) yield { resource, entry };
  }
}
