import type { OwnStatus } from "../../schema/kind.ts";
import type { Operation } from "../../schema/operation.ts";
import { intervalMs } from "../interval.ts";
import type { Again, Outcome, Turn } from "../reconciler.ts";
import { about, decide, type Standing, those, upToDate } from "./decide.ts";
import type { Recorded } from "./recorded.ts";
import type { Aim } from "./strategy.ts";

type Status = OwnStatus<typeof Operation>;

/** What waits for something is looked at again after this time, if nothing wakes it earlier. */
const waitingMs = 30_000;

interface Result {
  readonly aim: Aim;
  readonly standings: readonly Standing[];
  readonly recorded: Recorded;
  readonly selected: number;
}

/** Status and next look that follow from how everything stands. */
export function report(
  { spec }: Operation,
  { aim, standings, recorded, selected }: Result,
  { now }: Pick<Turn, "now">,
): Outcome<Status> {
  const { run, nextRunAt, brings } = aim;
  const blocked = those(standings, "blocked");
  const attention = blocked.slice(0, 20).map(({ name, reason }) => {
    const all = standings.filter((each) => each.is === "blocked" && each.name === name);
    return { name, reason, message: all.map(about).join("; ").slice(0, 1_024) };
  });
  const status: Status = {
    ...(run && { lastRun: run }),
    ...(recorded.run !== undefined && { run: recorded.run }),
    ...(nextRunAt && { nextRunAt: `${nextRunAt.toISOString().slice(0, 19)}Z` }),
    selected,
    upToDate: upToDate(standings).length,
    open: those(standings, "open").length,
    blocked: blocked.length,
    ...(attention.length > 0 && { attention }),
  };
  const every = intervalMs(spec.interval);
  const waits = recorded.isBehind || standings.some(({ is }) => is === "waiting") ? waitingMs : every;
  const untilNext = nextRunAt ? Math.max(0, nextRunAt.getTime() - now.getTime()) : every;
  const again: Again = { is: "after", ms: Math.min(every, waits, untilNext) };
  return { finding: decide({ suspended: false, standings, brings }), status, again };
}

/** Counts and runs stay as they were; there is no next one. */
export function suspended({ status = {} }: Operation): Outcome<Status> {
  const { lastRun, run, selected, upToDate, open, blocked, attention } = status;
  const known = { lastRun, run, selected, upToDate, open, blocked, attention };
  return {
    finding: decide({ suspended: true, standings: [], brings: "" }),
    status: Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    again: { is: "never" },
  };
}
