import type { ChangeReason } from "./produced.ts";

/** Why a change cannot be had: the reason, and a sentence with the place, the value and the remedy. */
export interface Refused {
  readonly is: "refused";
  readonly reason: ChangeReason;
  readonly message: string;
}

export const refuse = (reason: ChangeReason, message: string): Refused => ({ is: "refused", reason, message });

/** A text with its values set, or why not. */
export type EditedText = { readonly is: "edited"; readonly text: string } | Refused;

/** A value for something that is there. */
export interface Setting {
  /** Keys that lead to it, outermost first; items of a list by their number, or by what they say (`[name=auth]`). */
  readonly field: readonly string[];
  readonly value: string;
}

/** The settings, each field once: the last counts. */
export const lastOf = (settings: readonly Setting[]): readonly Setting[] => [
  ...new Map(settings.map((setting) => [JSON.stringify(setting.field), setting])).values(),
];

/** A part of a text, and what takes its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly written: string;
}

/** The text with these parts replaced, which must not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let result = "";
  let done = 0;
  for (const { start, end, written } of [...splices].sort((a, b) => a.start - b.start)) {
    result += text.slice(done, start) + written;
    done = end;
  }
  return result + text.slice(done);
}

/** Where an offset is, as people say it. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `line ${line}, column ${offset - before.lastIndexOf("\n")}`;
}
