import { itemHint } from "../list-item.ts";
import { type Refused, refuse, type Setting } from "./refused.ts";

/** A place that settings lead to or through, and what was found there. */
export interface Sought<T> {
  readonly below: Map<string, Sought<T>>;
  /** What there is; undefined when nothing was met. */
  is: "keys" | "items" | "value" | undefined;
  found: T | undefined;
}

/** The places that some settings lead to, as a tree, so that one pass over a text finds them all. */
export function soughtIn<T>(settings: readonly Setting[]): {
  readonly root: Sought<T>;
  readonly targets: readonly { readonly setting: Setting; readonly target: Sought<T> }[];
} {
  const empty = (): Sought<T> => ({ below: new Map(), is: undefined, found: undefined });
  const root = empty();
  const targets = settings.map((setting) => {
    let target = root;
    for (const key of setting.field) {
      const next = target.below.get(key) ?? empty();
      target.below.set(key, next);
      target = next;
    }
    return { setting, target };
  });
  return { root, targets };
}

/** Why the field was not met as a single value; undefined when it was. */
export function unmet<T>(field: readonly string[], root: Sought<T>): Refused | undefined {
  let node = root;
  for (const [depth, key] of field.entries()) {
    const at = field.slice(0, depth).join(".") || "the document";
    if (node.is === "value") return refuse("FieldMissing", `there is no ${field.join(".")}: ${at} has no keys`);
    const next = node.below.get(key)!;
    if (next.is === undefined) {
      const hint = node.is === "items" ? `: ${at} ${itemHint}` : "";
      return refuse("FieldMissing", `there is no ${field.slice(0, depth + 1).join(".")}${hint}`);
    }
    node = next;
  }
  return node.is === "value" ? undefined : refuse("FieldUnsupported", `${field.join(".")} is no single value`);
}
