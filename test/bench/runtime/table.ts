/** Figures of one repetition, by name. */
export type Figures = Readonly<Record<string, number>>;

export interface Column {
  readonly head: string;
  readonly of: string;
  readonly digits: number;
}

export interface Row {
  readonly name: string;
  readonly samples: Figures[];
}

/** Nearest rank, of any order of values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** Minimum / median / maximum, or one figure where all agree. */
function cell(samples: readonly Figures[], { of, digits }: Column): string {
  const values = samples.map((sample) => sample[of]).filter((value) => value !== undefined);
  if (values.length === 0) return "";
  const [low, median, high] = [0, 50, 100].map((percent) => percentile(values, percent).toFixed(digits));
  return low === high ? low! : `${low} / **${median}** / ${high}`;
}

export const median = ({ samples }: Row, of: string): number =>
  percentile(
    samples.map((sample) => sample[of] ?? Number.NaN),
    50,
  );

/** Prints rows as a Markdown table. */
export function print(title: string, rows: readonly Row[], columns: readonly Column[]): void {
  console.log(`\n## ${title}\n`);
  console.log(`| | ${columns.map(({ head }) => head).join(" | ")} |`);
  console.log(`|${" --- |".repeat(columns.length + 1)}`);
  for (const { name, samples } of rows) {
    console.log(`| ${name} | ${columns.map((column) => cell(samples, column)).join(" | ")} |`);
  }
}

/** Says whether a promise is kept. `make bench` shows it; it fails nothing, since machines differ. */
export function promise(what: string, value: number, { most, least }: { most?: number; least?: number }): void {
  const kept = (most === undefined || value <= most) && (least === undefined || value >= least);
  const bound = most === undefined ? `at least ${least?.toFixed(2)}` : `at most ${most.toFixed(2)}`;
  console.log(`${kept ? "kept  " : "BROKEN"} ${what}: ${value.toFixed(2)}, promised ${bound}`);
}
