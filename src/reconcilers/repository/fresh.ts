/**
 * What is made of a list of objects, piece by piece, and of all pieces together: kept as long as no piece changes. Objects are
 * compared by identity first, since of thousands hardly one changes from one time to the next.
 */
export class Fresh<T extends object, P, W> {
  readonly #pieceOf: (object: T) => P;
  readonly #same: (a: P, b: P) => boolean;
  readonly #wholeOf: (pieces: readonly P[]) => W;
  #known: { readonly objects: readonly T[]; readonly pieces: readonly P[]; readonly whole: W } | undefined;

  constructor(pieceOf: (object: T) => P, same: (a: P, b: P) => boolean, wholeOf: (pieces: readonly P[]) => W) {
    this.#pieceOf = pieceOf;
    this.#same = same;
    this.#wholeOf = wholeOf;
  }

  of(objects: readonly T[]): W {
    const known = this.#known;
    let isSame = known?.objects.length === objects.length;
    const pieces = objects.map((object, at) => {
      if (known && known.objects[at] === object) return known.pieces[at]!;
      const piece = this.#pieceOf(object);
      const before = known?.pieces[at];
      if (before !== undefined && this.#same(before, piece)) return before;
      isSame = false;
      return piece;
    });
    const whole = known && isSame ? known.whole : this.#wholeOf(pieces);
    this.#known = { objects, pieces, whole };
    return whole;
  }
}
