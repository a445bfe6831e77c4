import type { Finding } from "../reconcilers/conditions.ts";
import type { Kind, ObjectOf } from "../schema/kind.ts";
import type { KubeObject } from "./client.ts";

/** An object as reconcilers see it, or what to tell the user about one that cannot be read. */
export type Parsed =
  | { readonly is: "valid"; readonly object: ObjectOf<Kind> }
  | { readonly is: "invalid"; readonly finding: Finding };

/** So many objects are kept parsed: enough that one change is parsed once for all who hear of it. */
const mostKept = 256;

/** Parses what the API server gave by the kind's schema; what was parsed lately is shared, and not to be changed. */
export class Parser {
  readonly #kept = new Map<KubeObject, Parsed>();

  parse(kind: Kind, raw: KubeObject): Parsed {
    const known = this.#kept.get(raw);
    if (known) return known;
    const parsed = parseObject(kind, raw);
    this.#kept.set(raw, parsed);
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value as KubeObject);
    return parsed;
  }
}

/**
 * The server checks the same schema, so what is invalid here is older than its CRD, or breaks a rule that no CRD can
 * say. A status that does not parse is left out: it is a report, and is written anew.
 */
export function parseObject(kind: Kind, raw: KubeObject): Parsed {
  const first = kind.object.safeParse(raw);
  if (first.success) return { is: "valid", object: first.data };
  const second = kind.object.safeParse({ ...raw, status: undefined });
  if (second.success) return { is: "valid", object: second.data };
  const fields = second.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const message = `the object does not match its schema: ${fields.join("; ")}; correct it and apply it again`;
  return { is: "invalid", finding: { verdict: "stalled", reason: "InvalidObject", message } };
}
