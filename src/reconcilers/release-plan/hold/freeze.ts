import { durationMs } from "../../../schema/object.ts";
import type { PlanPolicy } from "../../../schema/plan-policy.ts";
import { occurrencesOf } from "./occurrence.ts";
import { type Recurrence, recurrenceOf } from "./recurrence.ts";
import { type Zone, zoneOf } from "./zone.ts";

type Freeze = PlanPolicy["freezes"][number];

/** When nothing begins, and how to say why. */
export interface Frozen {
  /** Undefined where no end is in sight: the freezes follow one another. */
  readonly until: number | undefined;
  readonly reason: string;
}

interface Known {
  readonly rule: Recurrence;
  readonly zone: Zone;
  readonly start: number;
  readonly lengthMs: number;
  readonly reason: string;
}

const dayMs = 86_400_000;
const longestMs = 366 * dayMs;
/** So many freezes in a row are followed to their end. */
const mostInRow = 60;

/** Whether it is a freeze now; `invalid` where one of the freezes is none. Pure and total. */
export function frozenAt(freezes: readonly Freeze[], now: number): Frozen | { readonly invalid: string } | undefined {
  const known = freezes.map(knownOf);
  const invalid = known.findIndex((each) => typeof each === "string");
  if (invalid >= 0) return { invalid: `spec.policy.freezes[${invalid}].${known[invalid] as string}` };
  const all = known.filter((each) => typeof each !== "string");
  const first = latest(all, now);
  if (!first) return undefined;
  let until: number | undefined = first.end;
  for (let row = 0; row < mostInRow; row++) {
    const next = latest(all, until);
    if (!next) return { until, reason: first.reason };
    until = next.end;
  }
  return { until: undefined, reason: first.reason };
}

/** The freeze at a moment that lasts longest. */
function latest(all: readonly Known[], at: number): { readonly end: number; readonly reason: string } | undefined {
  return all
    .flatMap((freeze) => {
      const end = endOf(freeze, at);
      return end === undefined ? [] : [{ end, reason: freeze.reason }];
    })
    .reduce<{ end: number; reason: string } | undefined>(
      (best, each) => (best && best.end >= each.end ? best : each),
      undefined,
    );
}

function endOf({ rule, zone, start, lengthMs }: Known, at: number): number | undefined {
  const wall = zone.wallOf(at);
  // Clocks that are changed move a wall time by a day at most.
  const span = { from: wall - lengthMs - dayMs, to: wall + dayMs };
  return occurrencesOf(rule, start, span)
    .map((moment) => zone.momentOf(moment))
    .filter((moment) => moment <= at && at < moment + lengthMs)
    .map((moment) => moment + lengthMs)
    .at(-1);
}

/** What is wrong with it, by field, where it is no freeze. */
function knownOf({ rule: text, length, timeZone, from, reason }: Freeze): Known | string {
  const zone = zoneOf(timeZone);
  if (!zone) return `timeZone: the IANA database has no ${timeZone}: write one such as Europe/Berlin or Etc/UTC`;
  const start = Date.parse(`${from}T00:00:00Z`);
  if (!Number.isFinite(start) || new Date(start).toISOString().slice(0, 10) !== from || start < 0)
    return `from: ${from} is no day from 1970 on`;
  const lengthMs = durationMs(length);
  if (lengthMs === 0 || lengthMs > longestMs) return `length: ${length} is not within 366 days`;
  const read = recurrenceOf(text);
  if (read.is === "invalid")
    return `rule: ${JSON.stringify(text)} is no rule of RFC 5545 that is known here: ${read.message}`;
  const { until } = read.rule;
  const rule = until?.isUtc ? { ...read.rule, until: { ms: zone.wallOf(until.ms), isUtc: false } } : read.rule;
  return { rule, zone, start, lengthMs, reason };
}
