import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { intervalMs } from "../interval.ts";
import type { Again } from "../reconciler.ts";
import { preflightMs } from "./look.ts";
import type { Status } from "./observed.ts";
import { queueWaitMs } from "./queue.ts";
import type { Look } from "./verdict.ts";

const soonMs = 2_000;
const firstChecksMs = 5_000;

/** Checks are looked at every 5 s at first and less often the longer they run; an event comes before that, normally. */
export function againAt(
  look: Look,
  { spec, status: before }: ChangeProposal,
  { status, now }: { readonly status: Status; readonly now: Date },
): Again {
  const every = intervalMs(spec.interval);
  switch (look) {
    case "never":
      return { is: "never" };
    case "interval":
      return { is: "after", ms: every };
    case "soon":
      return { is: "after", ms: Math.min(soonMs, every) };
    case "moment":
      return { is: "after", ms: Math.min(every, untilMoment(status, now) ?? every) };
    case "checks": {
      const ready = before?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
      const since = status.pullRequest?.since ?? ready;
      const elapsedMs = since === undefined ? 0 : now.getTime() - Date.parse(since);
      const ms = Math.max(firstChecksMs, elapsedMs / 4);
      // Whether checks have begun at all is told as soon as it is late.
      const late = elapsedMs < preflightMs ? preflightMs - elapsedMs : every;
      return { is: "after", ms: Math.min(every, ms, Math.max(late, soonMs)) };
    }
  }
}

function untilMoment({ steering, queue, phase }: Status, now: Date): number | undefined {
  const end = phase === "Held" ? steering?.hold?.until : undefined;
  const at = end ?? (queue && new Date(Date.parse(queue.at) + queueWaitMs(queue.left)).toISOString());
  return at === undefined ? undefined : Math.max(soonMs, Date.parse(at) - now.getTime());
}
