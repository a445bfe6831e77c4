/** A weekday, 0 for Sunday; `nth` of the month or year, from the end where negative, where only that one is meant. */
export interface WeekDay {
  readonly day: number;
  readonly nth: number | undefined;
}

/** A recurrence rule of RFC 5545. Lists are empty where the rule does not say. */
export interface Recurrence {
  readonly freq: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
  readonly interval: number;
  readonly count: number | undefined;
  /** Last moment that counts: milliseconds, of the wall time of the rule's zone or of UTC. */
  readonly until: { readonly ms: number; readonly isUtc: boolean } | undefined;
  readonly months: readonly number[];
  readonly monthDays: readonly number[];
  readonly weekDays: readonly WeekDay[];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  readonly positions: readonly number[];
  /** First day of the week, 0 for Sunday. */
  readonly weekStart: number;
}

type Read = { readonly is: "rule"; readonly rule: Recurrence } | { readonly is: "invalid"; readonly message: string };

const freqs = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
const days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
/** More moments on one day than these are no freeze windows. */
const mostTimes = 96;

class Invalid extends Error {}

/** Reads a rule. Parts that are not understood are refused by name, and never passed over. */
export function recurrenceOf(text: string): Read {
  try {
    return { is: "rule", rule: checked(ruleOf(partsOf(text))) };
  } catch (error) {
    if (error instanceof Invalid) return { is: "invalid", message: error.message };
    throw error;
  }
}

const known = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY"].concat([
  "BYHOUR",
  "BYMINUTE",
  "BYSECOND",
  "BYSETPOS",
  "WKST",
]);

function partsOf(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.trim().toUpperCase().split(";")) {
    const [name = "", value = "", ...more] = part.split("=");
    if (!known.includes(name)) throw new Invalid(`${JSON.stringify(name)} is none of ${known.join(", ")}`);
    if (value === "" || more.length > 0 || parts.has(name)) throw new Invalid(`${name} is to have one value`);
    parts.set(name, value);
  }
  return parts;
}

function ruleOf(parts: ReadonlyMap<string, string>): Recurrence {
  const freq = freqs.find((each) => each === parts.get("FREQ"));
  if (!freq)
    throw new Invalid(`FREQ is to be one of ${freqs.join(", ")}: for hours and minutes write BYHOUR and BYMINUTE`);
  const list = (name: string, [least, most]: readonly [number, number]): number[] =>
    (parts.get(name)?.split(",") ?? []).map((each) => integer(name, each, [least, most]));
  const signed = (name: string, most: number): number[] => {
    const numbers = list(name, [-most, most]);
    if (numbers.includes(0)) throw new Invalid(`${name} counts from 1, or from -1 at the end`);
    return numbers;
  };
  return {
    freq,
    interval: list("INTERVAL", [1, 1_000])[0] ?? 1,
    count: list("COUNT", [1, 10_000])[0],
    until: parts.has("UNTIL") ? untilOf(parts.get("UNTIL")!) : undefined,
    months: list("BYMONTH", [1, 12]),
    monthDays: signed("BYMONTHDAY", 31),
    weekDays: (parts.get("BYDAY")?.split(",") ?? []).map(weekDayOf),
    hours: list("BYHOUR", [0, 23]),
    minutes: list("BYMINUTE", [0, 59]),
    seconds: list("BYSECOND", [0, 59]),
    positions: signed("BYSETPOS", 366),
    weekStart: parts.has("WKST") ? dayOf(parts.get("WKST")!) : 1,
  };
}

function checked(rule: Recurrence): Recurrence {
  const { freq, weekDays, monthDays, positions, months } = rule;
  if (rule.count !== undefined && rule.until) throw new Invalid("COUNT and UNTIL exclude each other");
  if (freq === "WEEKLY" && monthDays.length > 0) throw new Invalid("BYMONTHDAY does not go with FREQ=WEEKLY");
  const isCounted = weekDays.some(({ nth }) => nth !== undefined);
  // What FR,1FR means, readers of the format do not agree on.
  if (isCounted && weekDays.some(({ nth }) => nth === undefined))
    throw new Invalid("BYDAY mixes days with a count and without: give one kind, or two freezes");
  if (isCounted && (freq === "DAILY" || freq === "WEEKLY"))
    throw new Invalid(`a count in BYDAY does not go with FREQ=${freq}: write FREQ=MONTHLY or FREQ=YEARLY`);
  const byMonth = freq === "MONTHLY" || months.length > 0;
  if (byMonth && weekDays.some(({ nth = 0 }) => Math.abs(nth) > 5))
    throw new Invalid("no month has a sixth weekday: BYDAY");
  const times = [rule.hours, rule.minutes, rule.seconds].reduce(
    (product, each) => product * Math.max(1, each.length),
    1,
  );
  if (times > mostTimes) throw new Invalid(`it names ${times} moments a day, of ${mostTimes} at most`);
  const isNarrowed = weekDays.length + monthDays.length + months.length + times > 1;
  if (positions.length > 0 && !isNarrowed) throw new Invalid("BYSETPOS counts what another BY names: give one");
  return rule;
}

function integer(name: string, text: string, [least, most]: readonly [number, number]): number {
  const number = /^[+-]?[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) throw new Invalid(`${name} is to be from ${least} to ${most}, not ${text}`);
  return number;
}

function dayOf(text: string): number {
  const day = days.indexOf(text);
  if (day < 0) throw new Invalid(`${JSON.stringify(text)} is no day: ${days.join(", ")}`);
  return day;
}

function weekDayOf(text: string): WeekDay {
  const [, count, day] = /^([+-]?[0-9]{1,2})?([A-Z]+)$/.exec(text) ?? [];
  const nth = count === undefined ? undefined : Number(count);
  if (nth === 0 || Math.abs(nth ?? 1) > 53)
    throw new Invalid(`BYDAY counts from 1, or from -1 at the end, not ${count}`);
  return { day: dayOf(day ?? text), nth };
}

/** A date is meant to its end. */
function untilOf(text: string): NonNullable<Recurrence["until"]> {
  const [, year, month, day, hour, minute, second, zulu] =
    /^([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z)?)?$/.exec(text) ?? [];
  const clock = hour === undefined ? "23:59:59" : `${hour}:${minute}:${second}`;
  const ms = Date.parse(`${year}-${month}-${day}T${clock}Z`);
  // What is no date of the calendar rolls over to another one.
  if (!Number.isFinite(ms) || new Date(ms).getUTCDate() !== Number(day))
    throw new Invalid(`UNTIL is to be like 20301231 or 20301231T235959Z, not ${text}`);
  return { ms, isUtc: zulu !== undefined };
}
