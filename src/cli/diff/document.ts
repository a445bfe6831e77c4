import { parseAllDocuments } from "yaml";
import { apiVersion, type Kind } from "../../schema/kind.ts";
import { CommandError, exitCodes } from "../command.ts";

/** An object that somebody means to apply. */
export interface Given {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** As it is written, with the namespace. */
  readonly object: Readonly<Record<string, unknown>>;
}

interface Written {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly items?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
}

/**
 * Our objects, and Secrets, that are in a YAML text of one or more documents; what else is in it is left out. Without a
 * namespace of its own an object is in the given one. Throws a CommandError with the place where the text is wrong.
 */
export function readDocuments(
  text: string,
  where: { readonly file: string; readonly namespace: string; readonly kinds: readonly Kind[] },
): readonly Given[] {
  return parseAllDocuments(text).flatMap((document, index) => {
    const place = `${where.file}, document ${index + 1}`;
    const [error] = document.errors;
    if (error) throw wrong(`${place}: ${error.message.split("\n")[0]}`);
    return unrolled(toJs(document, place)).flatMap((object) => givenOf(object, place, where));
  });
}

/** Aliases are bounded by the parser: a bomb is refused here. */
function toJs(document: { toJS(): unknown }, place: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw wrong(`${place}: ${(error as Error).message}`);
  }
}

/** A List's items. */
const unrolled = (value: unknown): readonly Written[] => {
  if (typeof value !== "object" || value === null) return [];
  const { kind, items } = value as Written;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)
    ? items.flatMap(unrolled)
    : [value as Written];
};

function givenOf(
  object: Written,
  place: string,
  { namespace: usual, kinds }: { readonly namespace: string; readonly kinds: readonly Kind[] },
): readonly Given[] {
  const { kind, metadata = {} } = object;
  const ours = object.apiVersion === apiVersion && kinds.some((each) => each.kind === kind);
  if (typeof kind !== "string" || !(ours || (object.apiVersion === "v1" && kind === "Secret"))) return [];
  const { name, namespace = usual } = metadata;
  if (typeof name !== "string" || typeof namespace !== "string") throw wrong(`${place}: the ${kind} has no name`);
  return [{ kind, name, namespace, object: { ...object, metadata: { ...metadata, name, namespace } } }];
}

const wrong = (message: string): CommandError => new CommandError(message, { code: exitCodes.usage });
