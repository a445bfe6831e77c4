import { type Labels, Series } from "./series.ts";

/** Adds to a total that only grows. */
export interface Counter {
  inc(by?: number): void;
}

/** Says how much there is now. */
export interface Gauge {
  set(value: number): void;
  add(by: number): void;
}

/** Sorts observations, in the metric's unit, into buckets. */
export interface Histogram {
  observe(value: number): void;
}

/** Seconds, from a millisecond to a minute: the buckets of controller-runtime's reconcile times. */
export const reconcileBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

/** Seconds, ten times finer with each step: the buckets of client-go's queue times. */
export const queueBuckets: readonly number[] = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly series: Series;
  readonly buckets: readonly number[];
}

/** Names of metric, labels and what they mean; the names of the labels are fixed here, once. */
export interface Declaration {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface HistogramDeclaration extends Declaration {
  /** Upper bounds, ascending, in the metric's unit; one without a bound comes by itself. */
  readonly buckets: readonly number[];
}

/**
 * The metrics of one process, in the text format 0.0.4 that Prometheus reads.
 *
 * Declaring a name twice gives the same metric. Every metric holds at most `maxSeries` label sets; what comes
 * after is counted in one series whose labels are all `other`, so that no label can eat the memory.
 */
export class Registry {
  readonly #metrics = new Map<string, Metric>();
  readonly #collectors: (() => void)[] = [];
  readonly #maxSeries: number;

  constructor({ maxSeries = 1_000 }: { readonly maxSeries?: number } = {}) {
    this.#maxSeries = maxSeries;
  }

  counter(declared: Declaration): (labels?: Labels) => Counter {
    const { series } = this.#declare(declared, "counter");
    return (labels = {}) => {
      const at = series.at(labels);
      return {
        inc: (by = 1) => {
          if (!(by >= 0)) throw new RangeError(`${declared.name}: a counter cannot go by ${by}`);
          at.sum += by;
        },
      };
    };
  }

  gauge(declared: Declaration): (labels?: Labels) => Gauge {
    const { series } = this.#declare(declared, "gauge");
    return (labels = {}) => {
      const at = series.at(labels);
      return {
        set: (value) => {
          at.sum = value;
        },
        add: (by) => {
          at.sum += by;
        },
      };
    };
  }

  histogram(declared: HistogramDeclaration): (labels?: Labels) => Histogram {
    const { buckets } = declared;
    const { series } = this.#declare(declared, "histogram", buckets);
    return (labels = {}) => {
      const at = series.at(labels);
      return {
        observe: (value) => {
          at.sum += value;
          at.counts[bucketOf(buckets, value)]! += 1;
        },
      };
    };
  }

  /** Runs before each reading, to set what is cheaper to look up than to follow. */
  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** Everything, sorted by name. */
  text(): string {
    for (const collect of this.#collectors) collect();
    const metrics = [...this.#metrics.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return metrics.map(print).join("");
  }

  #declare(declared: Declaration, type: Metric["type"], buckets: readonly number[] = []): Metric {
    const { name, help, labels = [] } = declared;
    const before = this.#metrics.get(name);
    if (before) {
      if (before.type === type && before.series.names.join() === labels.join()) return before;
      throw new Error(`${name} is declared already, as a ${before.type} of (${before.series.names.join()})`);
    }
    const series = new Series(name, labels, { buckets: buckets.length + 1, max: this.#maxSeries });
    const metric = { name, help, type, series, buckets };
    this.#metrics.set(name, metric);
    return metric;
  }
}

/** The first bucket whose bound is not below the value; the last one has none. */
function bucketOf(buckets: readonly number[], value: number): number {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= buckets[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

function print({ name, help, type, series, buckets }: Metric): string {
  const lines = [`# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`, `# TYPE ${name} ${type}`];
  for (const [labels, { sum, counts }] of series.all()) {
    const line = (suffix: string, value: number, more = ""): void => {
      const all = [labels, more].filter(Boolean).join(",");
      lines.push(`${name}${suffix}${all && `{${all}}`} ${number(value)}`);
    };
    if (type !== "histogram") {
      line("", sum);
      continue;
    }
    let total = 0;
    for (const [index, count] of counts.entries()) {
      total += count;
      line("_bucket", total, `le="${number(buckets[index] ?? Number.POSITIVE_INFINITY)}"`);
    }
    line("_sum", sum);
    line("_count", total);
  }
  return `${lines.join("\n")}\n`;
}

const number = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? "+Inf" : value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
