import { kinds } from "../schema/index.ts";
import type { Kind } from "../schema/kind.ts";
import { CommandError, exitCodes } from "./command.ts";

/** An object as people name it: `plan/autumn`. */
export interface ObjectName {
  readonly kind: Kind;
  readonly name: string;
}

/** Reads `KIND/NAME`, where KIND is any name that kubectl knows. Undefined where that is not its form; throws a CommandError for no kind. */
export function parseObjectName(text: string): ObjectName | undefined {
  const [word = "", name = "", ...more] = text.split("/");
  return name === "" || more.length > 0 ? undefined : { kind: kindOf(word), name };
}

function kindOf(word: string): Kind {
  const wanted = word.toLowerCase();
  const found = kinds.find(({ plural, singular, shortNames }) => [plural, singular, ...shortNames].includes(wanted));
  if (found) return found;
  throw new CommandError(`there is no kind ${JSON.stringify(word)}`, {
    code: exitCodes.usage,
    next: `There are: ${kinds.map(({ singular }) => singular).join(", ")}`,
  });
}
