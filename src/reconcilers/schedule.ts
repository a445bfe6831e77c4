import { Cron } from "croner";
import { StalledError } from "./errors.ts";

/** A moment that comes again, by the clock of a time zone. */
export interface Schedule {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** By its name in the IANA database. */
  readonly timeZone: string;
}

/**
 * The first moment after `after` that the schedule names. A moment in the hour that the clock skips in spring comes
 * with the end of the gap; one in the hour that it repeats in autumn comes once. Throws a StalledError that names
 * the field where the schedule is none, or never comes.
 */
export function nextRun({ cron, timeZone }: Schedule, after: Date): Date {
  if (!isTimeZone(timeZone)) {
    throw invalid(
      "timeZone",
      `${JSON.stringify(timeZone)} is no time zone of the IANA database: write one such as Europe/Berlin or Etc/UTC`,
    );
  }
  const next = firstAfter(cron, timeZone, after);
  if (!next) throw invalid("cron", `${JSON.stringify(cron)} never comes: no day of the calendar fits it`);
  return next;
}

function firstAfter(cron: string, timeZone: string, after: Date): Date | null {
  const how = `write minute, hour, day of month, month and day of week, such as "0 6 * * 1-5"`;
  const { length } = cron.trim().split(/\s+/);
  if (length !== 5) throw invalid("cron", `${JSON.stringify(cron)} has ${length} fields of five: ${how}`);
  try {
    return new Cron(cron, { timezone: timeZone, paused: true, mode: "5-part" }).nextRun(after);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    throw invalid("cron", `${JSON.stringify(cron)} is no schedule (${why}): ${how}`);
  }
}

const invalid = (field: string, message: string): StalledError =>
  new StalledError("ScheduleInvalid", `spec.schedule.${field}: ${message}`);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
