/** Names and values of labels. What is left out is empty. */
export type Labels = Readonly<Record<string, string>>;

interface Values {
  /** A counter's or gauge's value; the sum of a histogram's observations. */
  sum: number;
  /** A histogram's observations per bucket, not cumulated. */
  readonly counts: number[];
}

/** The time series of one metric: values by label set, no more of them than allowed. */
export class Series {
  readonly names: readonly string[];
  readonly #metric: string;
  readonly #limits: { readonly buckets: number; readonly max: number };
  readonly #all = new Map<string, Values>();

  constructor(metric: string, names: readonly string[], limits: { readonly buckets: number; readonly max: number }) {
    this.#metric = metric;
    this.names = names;
    this.#limits = limits;
    // A metric without labels is there from the start, so that 0 can be told from absent.
    if (names.length === 0) this.at({});
  }

  /** The values of a label set, or of the set that counts all others once there are too many. */
  at(labels: Labels): Values {
    const foreign = Object.keys(labels).find((name) => !this.names.includes(name));
    if (foreign !== undefined) throw new Error(`${this.#metric} has no label ${foreign}`);
    const key = this.#print((name) => labels[name] ?? "");
    const known = this.#all.get(key);
    if (known) return known;
    const full = this.#all.size >= this.#limits.max;
    return this.#new(full ? this.#print(() => "other") : key);
  }

  /** Labels as they are printed, with their values. */
  all(): IterableIterator<[string, Values]> {
    return this.#all.entries();
  }

  #new(key: string): Values {
    const before = this.#all.get(key);
    if (before) return before;
    const values = { sum: 0, counts: new Array<number>(this.#limits.buckets).fill(0) };
    this.#all.set(key, values);
    return values;
  }

  #print(labelOf: (name: string) => string): string {
    return this.names.map((name) => `${name}="${escapeLabel(labelOf(name))}"`).join(",");
  }
}

const escapeLabel = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
