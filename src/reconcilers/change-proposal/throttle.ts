import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { ForgeError } from "../errors.ts";
import type { Outcome } from "../reconciler.ts";
import type { Status } from "./observed.ts";
import { reportUnseen } from "./report.ts";
import { found } from "./verdict.ts";
import { timeOf } from "./will.ts";

/** How long to wait where the forge does not say. */
const defaultMs = 60_000;

/** The forge said not to come before a moment, and that has not come. It holds over a restart. Undefined when it may be asked. */
export function stillThrottled(proposal: ChangeProposal, now: Date): Outcome<Status> | undefined {
  const { throttledUntil, conditions } = proposal.status ?? {};
  if (throttledUntil === undefined || Date.parse(throttledUntil) <= now.getTime()) return undefined;
  const said = conditions?.find(({ type, reason }) => type === "Ready" && reason === "Throttled")?.message;
  return wait(proposal, said ?? `Throttled until ${throttledUntil}`, { until: new Date(throttledUntil), now });
}

/** What the turn comes to where the forge said that it is too much. Anything else is thrown on. */
export function throttled(proposal: ChangeProposal, error: unknown, now: Date): Outcome<Status> {
  if (!(error instanceof ForgeError) || error.code !== "limited") throw error;
  // Status has whole seconds, and nobody is to come too early.
  const second = 1_000;
  const until = new Date(Math.ceil((now.getTime() + (error.retryAfterMs ?? defaultMs)) / second) * second);
  return wait(proposal, `Throttled until ${timeOf(until)}: ${error.message}`, { until, now });
}

function wait(
  proposal: ChangeProposal,
  message: string,
  { until, now }: { readonly until: Date; readonly now: Date },
): Outcome<Status> {
  const ms = Math.max(0, until.getTime() - now.getTime());
  const same = reportUnseen(proposal, found("Throttled", message), { is: "after", ms });
  return { ...same, status: { ...same.status, throttledUntil: timeOf(until) } };
}
