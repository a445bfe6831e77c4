/** A binary heap that finds its items again: push, remove and pop are O(log n), `has` and `peek` are O(1). */
export class Heap<T> {
  readonly #before: (a: T, b: T) => boolean;
  readonly #items: T[] = [];
  readonly #places = new Map<T, number>();

  /** `before` must be a strict total order over the items held at one time. */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: T): boolean {
    return this.#places.has(item);
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item that is not held yet. Its order must not change while it is held: remove it first. */
  push(item: T): void {
    this.#put(item, this.#items.length);
    this.#up(this.#items.length - 1);
  }

  pop(): T | undefined {
    const top = this.#items[0];
    if (top !== undefined) this.remove(top);
    return top;
  }

  /** Does nothing when the item is not held. */
  remove(item: T): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#places.delete(item);
    const last = this.#items.pop() as T;
    if (place === this.#items.length) return;
    this.#put(last, place);
    this.#up(place);
    this.#down(this.#places.get(last) as number);
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    this.#places.set(item, place);
  }

  #up(from: number): void {
    const item = this.#items[from] as T;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#before(item, this.#items[above] as T)) break;
      this.#put(this.#items[above] as T, place);
      place = above;
    }
    if (place !== from) this.#put(item, place);
  }

  #down(from: number): void {
    const item = this.#items[from] as T;
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.#items.length) break;
      const right = left + 1;
      const first =
        right < this.#items.length && this.#before(this.#items[right] as T, this.#items[left] as T) ? right : left;
      if (!this.#before(this.#items[first] as T, item)) break;
      this.#put(this.#items[first] as T, place);
      place = first;
    }
    if (place !== from) this.#put(item, place);
  }
}
