/** Text that is HTML already. Only {@link html} and {@link joined} make it, so everything else is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value = string | number | Html | readonly Value[] | undefined | null | false;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text for an element or a quoted attribute. Characters that reorder or hide what stands beside them are spelled out,
 * so that a name cannot pretend to be another one.
 */
export function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/g, (character) => `\u27e8U+${hex(character)}\u27e9`)
    .replace(/[^\P{Cc}\t\n\r]/gu, "\ufffd");
}

const hex = (character: string): string => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");

/** A template whose values are escaped unless they are {@link Html}. Attributes in it must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.reduce((text, string, index) => text + render(values[index - 1]) + string));
}

/** Parts put together with the same HTML between them. */
export function joined(parts: readonly Html[], between: Html): Html {
  return new Html(parts.map((part) => part.text).join(between.text));
}

function render(value: Value): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Html) return value.text;
  return Array.isArray(value) ? value.map(render).join("") : escaped(String(value));
}

/** An address on this forge. A slash inside of a part stays part of it. */
export function address(...parts: readonly (string | number)[]): string {
  return `/${parts.map((part) => encodeURIComponent(String(part))).join("/")}`;
}

/** The address of something under a path of its own, such as a file: slashes in `path` divide. */
export function addressOfPath(parts: readonly (string | number)[], path: string): string {
  return address(...parts, ...path.split("/").filter(Boolean));
}
