/** Powers of ten, counted from nano, the smallest unit that a quantity keeps. */
const decimal: Readonly<Record<string, number>> = { n: 0, u: 3, m: 6, "": 9, k: 12, M: 15, G: 18, T: 21, P: 24, E: 27 };
const binary: readonly string[] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const nano = 1_000_000_000n;

/** A quantity (`500m`, `2Gi`, `1e3`) in billionths; what is smaller is rounded away from zero. Undefined when it is none. */
export function parseQuantity(text: string): bigint | undefined {
  const match = /^([+-]?)(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?$/.exec(text);
  if (!match) return undefined;
  const [, sign = "", number = "", suffix = ""] = match;
  const [whole = "", fraction = ""] = number.split(".");
  const digits = BigInt(`${whole}${fraction}` || "0");
  const scaled = scale(digits, suffix, fraction.length);
  return sign === "-" ? -scaled : scaled;
}

function scale(digits: bigint, suffix: string, fractionDigits: number): bigint {
  const power = binary.indexOf(suffix);
  if (power >= 0) return divideUp(digits * nano * 1024n ** BigInt(power + 1), 10n ** BigInt(fractionDigits));
  const exponent = /^[eE][+-]?\d/.test(suffix) ? 9 + Number(suffix.slice(1)) : (decimal[suffix] ?? 9);
  const shift = exponent - fractionDigits;
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
}

const divideUp = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

/** The whole number that a quantity is; undefined when it is none, or does not fit into 64 bits. */
export function wholeOf(quantity: bigint): bigint | undefined {
  if (quantity % nano !== 0n) return undefined;
  const whole = quantity / nano;
  return BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

/** A whole number as a quantity. */
export const quantityOf = (whole: bigint): bigint => whole * nano;

export const approximately = (quantity: bigint): number => Number(quantity) / 1e9;
