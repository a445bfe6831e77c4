/** Reads the clocks of a time zone. Wall time is in milliseconds too: what a clock there shows, taken as if it were UTC. */
export interface Zone {
  wallOf(ms: number): number;
  /** The first moment at which the clocks show it; where they skip it in spring, the end of the gap. */
  momentOf(wall: number): number;
}

const dayMs = 86_400_000;

/** Undefined where the IANA database has no such zone. */
export function zoneOf(name: string): Zone | undefined {
  const format = formatOf(name);
  if (!format) return undefined;
  const wallOf = (ms: number): number => {
    const at = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = at;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (ms - Math.floor(ms / 1_000) * 1_000);
  };
  const offsetAt = (ms: number): number => wallOf(ms) - ms;
  const momentOf = (wall: number): number => {
    // No zone changes its clocks twice within two days, so one of these offsets holds, or the moment is skipped.
    const [early, late] = [wall - offsetAt(wall - dayMs), wall - offsetAt(wall + dayMs)];
    if (wallOf(early) === wall) return early;
    if (wallOf(late) === wall) return late;
    return changeBetween(Math.min(early, late), Math.max(early, late), wallOf, wall);
  };
  return { wallOf, momentOf };
}

/** The first moment, to the second, at which the clocks are past what they skip. */
function changeBetween(from: number, to: number, wallOf: (ms: number) => number, wall: number): number {
  let [before, after] = [from, to];
  while (after - before > 1_000) {
    const middle = Math.floor((before + after) / 2_000) * 1_000;
    if (wallOf(middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const number = "numeric";
  const fields = { year: number, month: number, day: number, hour: number, minute: number, second: number } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", calendar: "gregory", ...fields });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
