/** What a forge's limit on creating content was used for, as it is kept for who goes on after us. Milliseconds since 1970. */
export interface RecordOfUse {
  /** When content was created within the last hour. */
  readonly created: readonly number[];
  /** Creations that may have happened since, at the latest then. */
  readonly reserved: { readonly count: number; readonly until: number };
  /** Nothing may go before this; in the past where nothing forbids it. */
  readonly closedUntil: number;
  /** Points that were sent in the last minute, and when that was written. */
  readonly sent: { readonly points: number; readonly at: number };
  /** Until then more requests may be sent than a new process assumes; in the past where that is not so. */
  readonly hurriedUntil: number;
}

const version = 1;
const second = (ms: number): number => Math.ceil(ms / 1_000);

/** As text, to the second and later rather than earlier: `[seconds since the first, how many]` for each second. */
export function writeRecord({ created, reserved, closedUntil, sent, hurriedUntil }: RecordOfUse): string {
  const first = second(created[0] ?? 0);
  const counts = new Map<number, number>();
  for (const at of created) counts.set(second(at) - first, (counts.get(second(at) - first) ?? 0) + 1);
  return JSON.stringify({
    version,
    first,
    created: [...counts],
    reserved: [reserved.count, second(reserved.until)],
    closedUntil: second(closedUntil),
    sent: [sent.points, second(sent.at)],
    hurriedUntil: second(hurriedUntil),
  });
}

/** Undefined where it is no such text. */
export function readRecord(text: string): RecordOfUse | undefined {
  const { version: is, first, created, reserved, closedUntil, sent, hurriedUntil } = parse(text);
  if (is !== version || !isCount(first) || !isCount(closedUntil) || !isCount(hurriedUntil) || !Array.isArray(created))
    return undefined;
  if (!isPair(reserved) || !isPair(sent) || !created.every(isPair) || !isFew(created)) return undefined;
  return {
    created: created.flatMap(([at, count]) => Array.from({ length: count }, () => (first + at) * 1_000)),
    reserved: { count: reserved[0], until: reserved[1] * 1_000 },
    closedUntil: closedUntil * 1_000,
    sent: { points: sent[0], at: sent[1] * 1_000 },
    hurriedUntil: hurriedUntil * 1_000,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // What is no JSON is no record, and the caller is told so.
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isCount);
/** No host allows as many in an hour as a broken record could ask us to remember. */
const isFew = (created: readonly (readonly [number, number])[]): boolean =>
  created.reduce((sum, [, count]) => sum + count, 0) <= 100_000;
