import type { ReleasePlan } from "../../schema/release-plan.ts";
import type { Finding, Verdict } from "../conditions.ts";
import { isStalled } from "../way.ts";
import { isOver } from "./plan.ts";

/** Every reason that a ReleaseTrain gives, and what it means for the object. */
export const verdicts = {
  Scheduled: "ready",
  Releasing: "progressing",
  WaitingForRepositories: "progressing",
  NeedsAttention: "stalled",
  NothingSelected: "stalled",
  TooManyReleases: "stalled",
  Suspended: "stalled",
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;

/** Most releases of one plan. */
export const mostReleases = 300;

/** Whether there is something to release, as far as that can be known now. */
export type Freight =
  | { readonly is: "something" }
  | { readonly is: "nothing" }
  /** `waits`: what cannot be known comes by itself. */
  | { readonly is: "unknown"; readonly message: string; readonly waits: boolean };

/** Everything that `decide` may rest on. */
export interface Observed {
  readonly now: Date;
  /** When it is to leave. */
  readonly departure: Date;
  /** The plan that it made last and that is not over. */
  readonly running: ReleasePlan | undefined;
  /** Whether the plan of this departure is there. */
  readonly hasLeft: boolean;
  /** How many releases are on it, and names that its selection lists in vain. */
  readonly releases: number;
  readonly unknown: readonly string[];
}

export type Decision =
  /** It is not time, or what is in the way has to go first. */
  | { readonly do: "wait"; readonly finding: Finding | undefined }
  /** The plan is there, or to be made. */
  | { readonly do: "leave" }
  | { readonly do: "skip"; readonly why: string; readonly finding?: Finding };

/** After this time what is not known yet is taken as nothing. */
const patienceMs = 15 * 60_000;

/** What to do about the departure. `look` is asked only where the answer matters: it reads every repository. Total. */
export async function decide(observed: Observed, look: () => Promise<Freight>): Promise<Decision> {
  const { now, departure, running, hasLeft, releases } = observed;
  const wrong = problemOf(observed);
  if (departure > now) return { do: "wait", finding: wrong };
  if (wrong) return { do: "skip", why: wrong.message, finding: wrong };
  if (hasLeft) return { do: "leave" };
  if (running) return { do: "skip", why: `plan ${running.metadata.name} was still going on` };
  const freight = await look();
  if (freight.is === "something") return { do: "leave" };
  if (freight.is === "nothing")
    return { do: "skip", why: `nothing changed in ${counted(releases)} since their last releases` };
  if (freight.waits && now.getTime() - departure.getTime() < patienceMs) {
    const message = `it is time, and what there is to release is not known yet: ${freight.message}`;
    return { do: "wait", finding: found("WaitingForRepositories", message) };
  }
  return { do: "skip", why: `nothing is known to have changed; ${freight.message}` };
}

/** What is wrong with what is declared, until a person changes it. */
function problemOf({ releases, unknown }: Observed): Finding | undefined {
  if (unknown.length > 0) {
    const message = `spec.repositories.names lists ${unknown.join(", ")}, and there is no such Repository: create it, or take it out`;
    return found("NothingSelected", message);
  }
  if (releases === 0) {
    const message = "spec.repositories selects nothing: correct it, or label the Repositories that are meant";
    return found("NothingSelected", message);
  }
  if (releases <= mostReleases) return undefined;
  const message = `${releases} releases are on it, and a plan takes ${mostReleases}: make more trains, each with a part of them`;
  return found("TooManyReleases", message);
}

/** What to say about a train that does not leave now, by the plan that it made last. */
export function standing(last: ReleasePlan | undefined, { next, skipped }: Told): Finding {
  const leaves = `leaves next at ${next}`;
  if (last && (isStalled(last) || ["Failed", "Aborted"].includes(last.status?.phase ?? ""))) {
    const ready = readyOf(last);
    const why = ready ? `${ready.reason}: ${ready.message}` : `${last.status?.phase}`;
    return found("NeedsAttention", `plan ${last.metadata.name} needs a person: ${why}; the train ${leaves}`);
  }
  if (last && !isOver(last)) {
    return found("Releasing", `plan ${last.metadata.name} goes on; the train ${leaves}`);
  }
  return found("Scheduled", skipped === undefined ? leaves : `${leaves}; it left without a plan last: ${skipped}`);
}

interface Told {
  readonly next: string;
  readonly skipped: string | undefined;
}

export const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });
const readyOf = ({ status }: ReleasePlan) => status?.conditions?.find(({ type }) => type === "Ready");
const counted = (releases: number): string => (releases === 1 ? "one release" : `any of ${releases}`);
