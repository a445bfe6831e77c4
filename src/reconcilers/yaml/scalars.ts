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

/** Longer texts are not parsed whole, which takes a second for every few MiB, where their top-level entries are clear. */
const wholeLimit = 1 << 20;

/**
 * Reads and sets single values of YAML texts, by the bytes of the value alone.
 *
 * Reading parses just the top-level entry where that is safe. Setting parses the whole text first, so that nothing is
 * built on a file that is broken anywhere. Texts that were found to be sound are remembered by their digest: the
 * same file is looked at again and again, is often the same in many repositories, and is the next one's base.
 */
export class Scalars {
  readonly #limit: number;
  readonly #sound = new Set<string>();

  /** `limit`: how many texts to remember. */
  constructor(limit = 4_096) {
    this.#limit = limit;
  }

  /** The scalar at a field. A fault elsewhere in a large text may go unnoticed; `check` and `set` notice it. */
  read(text: string, field: readonly string[]): Found {
    return readSection(text, field) ?? locateAll(text, [field])[0]!;
  }

  /** The scalars at these fields, in a text that is sound as a whole. */
  check(text: string, fields: readonly (readonly string[])[]): readonly Found[] {
    const digest = digestOf(text);
    if (this.#sound.has(digest) || text.length > wholeLimit) {
      const known = fields.flatMap((field) => readSection(text, field) ?? []);
      if (known.length === fields.length) return known;
    }
    const found = locateAll(text, fields);
    if (found.every(({ is }) => is === "found")) this.#remember(digest);
    return found;
  }

  #remember(digest: string): void {
    this.#sound.delete(digest);
    this.#sound.add(digest);
    if (this.#sound.size > this.#limit) this.#sound.delete(this.#sound.values().next().value!);
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
    const edited = changes.length === 0 ? ({ is: "edited", text } as const) : replace(text, changes);
    if (edited.is === "edited") this.#remember(digestOf(edited.text));
    return edited;
  }
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("base64");

/** Undefined where only a look at the whole can tell, and where something is odd: then the message has the right line. */
function readSection(text: string, field: readonly string[]): Found | undefined {
  const section = sectionOf(text, field[0] ?? "");
  if (!section) return undefined;
  const parsed = parseOne(text.slice(section.start, section.end));
  if (parsed.is === "refused") return undefined;
  const found = locate(parsed, field);
  if (found.is === "refused") return found;
  return { ...found, start: found.start + section.start, end: found.end + section.start };
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
