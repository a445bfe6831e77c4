import { accessMessages } from "./access.ts";
import { coreMessages } from "./core.ts";
import { metaMessages } from "./meta.ts";
import { podMessages } from "./pod.ts";
import { podSecurityMessages } from "./pod-security.ts";
import { workloadMessages } from "./workload.ts";

/** One field of a built-in type, in JSON and in protobuf. */
export interface Field {
  readonly name: string;
  /** Its number in protobuf. */
  readonly number: number;
  /** `string`, `int32`, `int64`, `bool`, `bytes`, a special type, or the name of a message. */
  readonly type: string;
  readonly shape: "one" | "list" | "map";
  readonly required: boolean;
  /** A zero value is a value; otherwise it is the same as absence. */
  readonly pointer: boolean;
  /** In JSON its fields stand in the message around it. */
  readonly inline: boolean;
  /** Keys of a list that is a map; empty for a set; undefined for an atomic list. */
  readonly keys: readonly string[] | undefined;
  readonly atomic: boolean;
  readonly fallback: string | undefined;
}

export interface Message {
  readonly name: string;
  /** Owned as a whole in server-side applies. */
  readonly atomic: boolean;
  readonly fields: readonly Field[];
}

const token =
  /^(?<inline>\^)?(?<name>\w+)(?<mark>[!?])?=(?<number>\d+)(?<shape>\*|\{\})?(?::(?<type>\w+))?(?:\[(?<keys>[^\]]*)\])?(?:~(?<fallback>\w+))?(?<atomic>@)?$/;

/**
 * Reads a message's line: its name, then `field=number` for each field, with
 * `!` required, `?` a pointer, `^` inline, `*` a list, `{}` a map from strings, `:Type` if it is not a string,
 * `[a,b]` the keys of a list that is a map, `[]` a set, `~x` a default, and `@` what is owned as a whole.
 */
function read(line: string): Message {
  const [head = "", ...tokens] = line.split(/\s+/);
  return { name: head.replace("@", ""), atomic: head.endsWith("@"), fields: tokens.map(readField) };
}

function readField(text: string): Field {
  const match = token.exec(text);
  if (!match) throw new TypeError(`not a field of a message: ${text}`);
  const { inline, name, mark, number, shape, type, keys, atomic, fallback } = match.groups!;
  return {
    name: name!,
    number: Number(number),
    type: type ?? "string",
    shape: shape === "*" ? "list" : shape === "{}" ? "map" : "one",
    required: mark === "!",
    pointer: mark === "?",
    inline: inline !== undefined,
    keys: keys?.split(",").filter((key) => key !== ""),
    atomic: atomic !== undefined,
    fallback,
  };
}

const texts = [metaMessages, coreMessages, podMessages, podSecurityMessages, workloadMessages, accessMessages];

/** Every message by its name. */
export const messages: ReadonlyMap<string, Message> = new Map(
  texts
    .flatMap((text) =>
      text
        .trim()
        .replace(/\n {2}/g, " ")
        .split("\n"),
    )
    .map(read)
    .map((message) => [message.name, message]),
);
