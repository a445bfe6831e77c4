/** What secrets look like wherever they are found. Each names what goes; `$1` and `$2` stay. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/\b(gh[pousr]_|github_pat_|glpat-|glptt-)[A-Za-z0-9_-]{16,}/g, "$1…"],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g, "…"],
  [/\b(Bearer|Basic|token)(\s+)[A-Za-z0-9._~+/-]{16,}=*/gi, "$1$2…"],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, "$1…@"],
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]*(-----END)/g, "$1…$2"],
];

/** A shorter value would take ordinary words away with it. */
const shortest = 8;
const mostLearned = 1_000;

/**
 * Takes secrets out of text that people get to see: those it was taught, and what looks like one.
 * The last line of defence, behind code that does not put them there.
 */
export class Scrubber {
  readonly #learned = new Set<string>();
  #pattern: RegExp | undefined;

  /**
   * Remembers a secret, raw and as JSON writes it. Values under 8 characters are left to the code that holds them;
   * beyond a thousand the oldest is forgotten.
   */
  learn(secret: string): void {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) {
      if (form.length < shortest || this.#learned.has(form)) continue;
      if (this.#learned.size >= mostLearned) this.#learned.delete(this.#learned.values().next().value as string);
      this.#learned.add(form);
      this.#pattern = undefined;
    }
  }

  scrub(text: string): string {
    this.#pattern ??= patternOf(this.#learned);
    const known = this.#learned.size > 0 ? text.replace(this.#pattern, "…") : text;
    return shapes.reduce((clean, [shape, instead]) => clean.replace(shape, instead), known);
  }
}

/** The longest first, so that of two secrets one of which begins the other nothing is left. */
function patternOf(secrets: ReadonlySet<string>): RegExp {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
}
