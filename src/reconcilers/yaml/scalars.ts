import { createHash } from "node:crypto";
import { type Located, locate, parseOne, type Refusal, refused } from "./locate.ts";
import { sectionOf } from "./section.ts";
import { written } from "./style.ts";
import { onlyTheseChanged } from "./verify.ts";

/** A value for a scalar that is there. */
export interface Setting {
  /** Keys that lead to it, outermost first. */
  readonly field: readonly string[];
  readonly value: string;
}

export type Found = Located | Refusal;
export type Edited = { readonly is: "edited"; readonly text: string } | Refusal;

/**
 * Reads and sets single values of YAML texts, by the bytes of the value alone.
 *
 * Reading parses just the top-level entry where that is safe. Setting parses the whole text, so that nothing is built
 * on a file that is broken anywhere; what that found is kept for the texts that were asked for last, by their
 * digest, since the same file is looked at again and again, and is often the same in many repositories.
 */
export class Scalars {
  readonly #limit: number;
  readonly #known = new Map<string, readonly Found[]>();

  /** `limit`: how many texts to remember. */
  constructor(limit = 1_024) {
    this.#limit = limit;
  }

  /** The scalar at a field. A fault elsewhere in a large text may go unnoticed; `check` and `set` notice it. */
  read(text: string, field: readonly string[]): Found {
    const section = sectionOf(text, field[0] ?? "");
    if (!section) return this.check(text, [field])[0]!;
    const parsed = parseOne(text.slice(section.start, section.end));
    const found = parsed.is === "parsed" ? locate(parsed, field) : parsed;
    // What is unusual deserves the whole look, and a message with the right lines.
    if (found.is === "refused") return this.check(text, [field])[0]!;
    return { ...found, start: found.start + section.start, end: found.end + section.start };
  }

  /** The scalars at these fields, in a text that was parsed whole. */
  check(text: string, fields: readonly (readonly string[])[]): readonly Found[] {
    const key = createHash("sha256").update(JSON.stringify(fields)).update("\0").update(text).digest("base64");
    const known = this.#known.get(key);
    this.#known.delete(key);
    const found = known ?? locateAll(text, fields);
    this.#known.set(key, found);
    if (this.#known.size > this.#limit) this.#known.delete(this.#known.keys().next().value!);
    return found;
  }

  /** The text with these values; where a field is set twice, the last counts. Every byte outside of the values stays. */
  set(text: string, settings: readonly Setting[]): Edited {
    const last = [...new Map(settings.map((setting) => [JSON.stringify(setting.field), setting])).values()];
    const found = this.check(
      text,
      last.map(({ field }) => field),
    );
    const refusal = found.find((each) => each.is === "refused");
    if (refusal) return refusal;
    const changes = last
      .map(({ field, value }, index) => ({ field, value, at: found[index] as Located }))
      .filter(({ value, at }) => at.text !== value)
      .sort((a, b) => a.at.start - b.at.start);
    return changes.length === 0 ? { is: "edited", text } : replace(text, changes);
  }
}

function locateAll(text: string, fields: readonly (readonly string[])[]): readonly Found[] {
  const parsed = parseOne(text);
  return fields.map((field) => (parsed.is === "parsed" ? locate(parsed, field) : parsed));
}

interface Change extends Setting {
  readonly at: Located;
}

function replace(text: string, changes: readonly Change[]): Edited {
  let result = "";
  let done = 0;
  for (const { at, value } of changes) {
    result += text.slice(done, at.start) + written(value, at);
    done = at.end;
  }
  result += text.slice(done);
  if (verified(text, result, changes)) return { is: "edited", text: result };
  const fields = changes.map(({ field }) => field.join(".")).join(" and ");
  return refused("FieldUnsupported", `${fields} cannot be changed without changing more than that`);
}

/**
 * Parses the result again. Where all changes are in one top-level entry, that entry is enough: every other byte is as
 * it was in the text that was parsed whole.
 */
function verified(before: string, after: string, changes: readonly Change[]): boolean {
  const [top, ...others] = new Set(changes.map(({ field }) => field[0] ?? ""));
  const section = others.length === 0 ? sectionOf(before, top ?? "") : undefined;
  const grown = after.length - before.length;
  const isInside = section && changes.every(({ at }) => at.start >= section.start && at.end <= section.end);
  const { start, end } = isInside ? section : { start: 0, end: before.length };
  return onlyTheseChanged(
    before.slice(start, end),
    after.slice(start, end + grown),
    changes.map(({ at, value }) => ({ start: at.start - start, value })),
  );
}
