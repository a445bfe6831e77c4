const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** A duration as kubectl shows ages: two or three digits that matter, `<invalid>` for the future. */
export function humanDuration(ms: number): string {
  if (ms <= -2 * second) return "<invalid>";
  if (ms < 0) return "0s";
  if (ms < 2 * minute) return `${Math.floor(ms / second)}s`;
  if (ms < 10 * minute) return twoUnits(ms, [minute, "m"], [second, "s"]);
  if (ms < 3 * hour) return `${Math.floor(ms / minute)}m`;
  if (ms < 8 * hour) return twoUnits(ms, [hour, "h"], [minute, "m"]);
  if (ms < 48 * hour) return `${Math.floor(ms / hour)}h`;
  if (ms < 8 * day) return twoUnits(ms, [day, "d"], [hour, "h"]);
  if (ms < 2 * year) return `${Math.floor(ms / day)}d`;
  if (ms < 8 * year) return twoUnits(ms, [year, "y"], [day, "d"]);
  return `${Math.floor(ms / year)}y`;
}

type Unit = readonly [ms: number, letter: string];

function twoUnits(ms: number, [large, first]: Unit, [small, second]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${first}${rest === 0 ? "" : `${rest}${second}`}`;
}

/** How long ago an RFC 3339 time was: `<unknown>` without one, `<invalid>` for what is not a time. */
export function age(time: unknown, now: Date): string {
  if (time === undefined || time === null || time === "") return "<unknown>";
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? "<invalid>" : humanDuration(now.getTime() - at);
}
