import type { Recurrence, WeekDay } from "./recurrence.ts";

const dayMs = 86_400_000;

/** Part of wall time, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Moments of a rule that began at midnight of the day `start`, within a span, ascending; all in wall time, see `zone.ts`. An
 * `until` of the rule counts as wall time. O(days of the span), and with COUNT of all days since `start`.
 */
export function occurrencesOf(rule: Recurrence, start: number, { from, to }: Span): readonly number[] {
  const last = Math.min(to, rule.until?.ms ?? to);
  const found: number[] = [];
  let counted = 0;
  // Only a rule that counts its moments has to begin with the first.
  const since = rule.count === undefined ? from : start;
  for (const moment of momentsFrom(rule, start, { from: since, to: last })) {
    counted += 1;
    if (rule.count !== undefined && counted > rule.count) break;
    if (moment >= from) found.push(moment);
  }
  return found;
}

/** Moments from `start` on, and from the period that `from` is in, up to `to`. */
function* momentsFrom(rule: Recurrence, start: number, { from, to }: Span): Generator<number> {
  const within = withDefaults(rule, start);
  const first = Math.max(0, periodOf(rule, start, from));
  for (let period = first - (first % rule.interval); ; period += rule.interval) {
    const days = daysOf(rule, start, period);
    if (days.from > to) return;
    for (const moment of momentsOf(within, days)) if (moment >= start && moment <= to) yield moment;
  }
}

/** What a rule does not say is as on its first day. */
function withDefaults(rule: Recurrence, start: number): Recurrence {
  const day = new Date(start);
  const saysDay = rule.weekDays.length + rule.monthDays.length > 0;
  const { freq } = rule;
  return {
    ...rule,
    months: freq === "YEARLY" && !saysDay && rule.months.length === 0 ? [day.getUTCMonth() + 1] : rule.months,
    monthDays: (freq === "YEARLY" || freq === "MONTHLY") && !saysDay ? [day.getUTCDate()] : rule.monthDays,
    weekDays: freq === "WEEKLY" && !saysDay ? [{ day: day.getUTCDay(), nth: undefined }] : rule.weekDays,
  };
}

const monthsSince = (start: number, at: number): number => {
  const [a, b] = [new Date(start), new Date(at)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
};

const weekOf = (at: number, weekStart: number): number =>
  Math.floor(at / dayMs) * dayMs - ((new Date(at).getUTCDay() - weekStart + 7) % 7) * dayMs;

/** How many days, weeks, months or years after that of `start` the one of `at` is. */
function periodOf({ freq, weekStart }: Recurrence, start: number, at: number): number {
  switch (freq) {
    case "DAILY":
      return Math.floor((at - start) / dayMs);
    case "WEEKLY":
      return Math.floor((weekOf(at, weekStart) - weekOf(start, weekStart)) / (7 * dayMs));
    case "MONTHLY":
      return monthsSince(start, at);
    case "YEARLY":
      return new Date(at).getUTCFullYear() - new Date(start).getUTCFullYear();
  }
}

/** Its first day, and the first after it. */
function daysOf({ freq, weekStart }: Recurrence, start: number, period: number): Span {
  const day = new Date(start);
  const month = (count: number): number => Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + count, 1);
  const year = (count: number): number => Date.UTC(day.getUTCFullYear() + count, 0, 1);
  switch (freq) {
    case "DAILY":
      return { from: start + period * dayMs, to: start + (period + 1) * dayMs };
    case "WEEKLY": {
      const from = weekOf(start, weekStart) + period * 7 * dayMs;
      return { from, to: from + 7 * dayMs };
    }
    case "MONTHLY":
      return { from: month(period), to: month(period + 1) };
    case "YEARLY":
      return { from: year(period), to: year(period + 1) };
  }
}

function momentsOf(rule: Recurrence, { from, to }: Span): readonly number[] {
  const moments: number[] = [];
  const times = timesOf(rule);
  for (let day = from; day < to; day += dayMs) {
    if (isDay(day, rule)) for (const time of times) moments.push(day + time);
  }
  if (rule.positions.length === 0) return moments;
  const chosen = rule.positions.map((position) => moments.at(position > 0 ? position - 1 : position));
  return [...new Set(chosen.filter((each) => each !== undefined))].sort((a, b) => a - b);
}

function timesOf({ hours, minutes, seconds }: Recurrence): readonly number[] {
  const or = (list: readonly number[]): readonly number[] => (list.length > 0 ? [...new Set(list)] : [0]);
  const times = or(hours).flatMap((hour) =>
    or(minutes).flatMap((minute) => or(seconds).map((second) => ((hour * 60 + minute) * 60 + second) * 1_000)),
  );
  return times.sort((a, b) => a - b);
}

function isDay(at: number, { freq, months, monthDays, weekDays }: Recurrence): boolean {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (months.length > 0 && !months.includes(month + 1)) return false;
  const inMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (monthDays.length > 0 && !monthDays.includes(day) && !monthDays.includes(day - inMonth - 1)) return false;
  if (weekDays.length === 0) return true;
  if (freq !== "YEARLY" || months.length > 0) return weekDays.some((each) => isWeekDay(each, date, [day, inMonth]));
  const inYear = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / dayMs;
  const ofYear = (at - Date.UTC(year, 0, 1)) / dayMs + 1;
  return weekDays.some((each) => isWeekDay(each, date, [ofYear, inYear]));
}

/** `place` is which day of how many it is. */
function isWeekDay({ day, nth }: WeekDay, date: Date, [place, of]: readonly [number, number]): boolean {
  if (date.getUTCDay() !== day) return false;
  if (nth === undefined) return true;
  return nth > 0 ? Math.ceil(place / 7) === nth : Math.ceil((of - place + 1) / 7) === -nth;
}
