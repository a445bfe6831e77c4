/** Who asks for names that nobody provides, so that whoever begins to provide one is told to them. */
export class Askers {
  /** Names are kept once, however many ask for them. */
  readonly #byKey = new Map<string, { readonly key: string; readonly who: Set<string> }>();
  readonly #keysOf = new Map<string, readonly string[]>();

  /** From now on `who` asks for these and no others. */
  set(who: string, keys: readonly string[]): void {
    for (const key of this.#keysOf.get(who) ?? []) {
      const asked = this.#byKey.get(key);
      asked?.who.delete(who);
      if (asked?.who.size === 0) this.#byKey.delete(key);
    }
    const kept = [...new Set(keys)].map((key) => {
      const asked = this.#byKey.get(key) ?? { key, who: new Set() };
      this.#byKey.set(asked.key, asked);
      asked.who.add(who);
      return asked.key;
    });
    if (kept.length > 0) this.#keysOf.set(who, kept);
    else this.#keysOf.delete(who);
  }

  /** What `who` asks for. */
  keysOf(who: string): readonly string[] {
    return this.#keysOf.get(who) ?? [];
  }

  /** Who asks for one of these. */
  of(keys: readonly string[]): readonly string[] {
    return [...new Set(keys.flatMap((key) => [...(this.#byKey.get(key)?.who ?? [])]))];
  }
}
