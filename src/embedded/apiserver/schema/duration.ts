const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** A duration in Go's notation (`1h30m`, `-1.5s`, `0`) in nanoseconds; undefined when it is none. */
export function parseDuration(text: string): bigint | undefined {
  const match = /^(?<sign>[+-]?)(?<parts>(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text);
  if (!match?.groups) return undefined;
  let total = 0n;
  for (const part of match.groups["parts"]?.matchAll(/(\d*)\.?(\d*)([a-zµμ]+)/g) ?? []) {
    const [, whole = "", fraction = "", unit = ""] = part;
    const scale = nanoseconds[unit] ?? 0n;
    total += BigInt(whole || "0") * scale + (BigInt(fraction || "0") * scale) / 10n ** BigInt(fraction.length);
  }
  return match.groups["sign"] === "-" ? -total : total;
}
