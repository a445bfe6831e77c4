import type { Entry, Happening } from "../../sequencer/ledger.ts";
import type { Standing } from "./decide.ts";

/** Who writes the record: the controller, whoever asked for the run. */
const actor = "millrace-controller";

/** A run and how its repositories are doing. */
export interface Scene {
  /** `Operation/NAME`. */
  readonly about: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Why the run began. */
  readonly cause: string;
  /** What it brings, in words; empty where there is nothing to say. */
  readonly brings: string;
  readonly standings: readonly Standing[];
}

/** What the record of a run does not tell yet, in the order of names. Waiting is nothing that happens: it is passed over. */
export function happeningsOf({ about, at, cause, brings, standings }: Scene, told: readonly Entry[]): Happening[] {
  const last = new Map(told.map((entry) => [entry.subject, entry]));
  const wants = bySubject(standings);
  const began = { at, kind: "RunBegan", subject: about, actor, reason: brings ? `${cause}: brings ${brings}` : cause };
  const ended = { at, kind: "RunEnded", subject: about, actor, reason: "every repository is as it should be" };
  return [
    ...(told.length === 0 ? [began] : []),
    ...[...wants].flatMap(([subject, standing]) => newsOf(standing, { subject, at }, last.get(subject))),
    ...[...last.values()]
      .filter(({ subject, kind }) => subject !== about && !wants.has(subject) && kind !== "ProposalExited")
      .map(({ subject, after }) => exited({ subject, at }, after, "no longer selected, or not needed any more")),
    ...(isOver(standings) && last.get(about)?.kind !== "RunEnded" ? [ended] : []),
  ];
}

/** The end of a run that another one took the place of. */
export const superseded = (about: string, at: string): Happening => ({
  at,
  kind: "RunEnded",
  subject: about,
  actor,
  reason: "another run took its place",
});

/** Whether everything came to its end by itself. What needs a person may still go on. */
export const isOver = (standings: readonly Standing[]): boolean => standings.every(({ is }) => is === "upToDate");

/** Whether there is something that a record is for. A run that finds everything right leaves none. */
export const isWorthTelling = (standings: readonly Standing[]): boolean =>
  standings.some(({ is }) => is === "open" || is === "blocked");

const rank: Readonly<Record<Standing["is"], number>> = { open: 0, blocked: 1, waiting: 2, upToDate: 3 };

/** One standing for each repository or part of one: its proposal before what else there is to say. */
function bySubject(standings: readonly Standing[]): ReadonlyMap<string, Standing> {
  const found = new Map<string, Standing>();
  for (const standing of standings) {
    const subject = standing.part === undefined ? standing.name : `${standing.name}@${standing.part}`;
    const before = found.get(subject);
    if (!before || rank[standing.is] < rank[before.is]) found.set(subject, standing);
  }
  return found;
}

interface Moment {
  readonly subject: string;
  readonly at: string;
}

function newsOf({ is, reason, message }: Standing, moment: Moment, told: Entry | undefined): readonly Happening[] {
  const before = told?.after;
  const entry = (kind: string, after: string, reason: string): readonly Happening[] =>
    told?.kind === kind && before === after
      ? []
      : [{ ...moment, kind, actor, reason, ...(before !== undefined && { before }), after }];
  switch (is) {
    case "waiting":
      return [];
    case "open":
      return entry("ProposalEntered", "Open", message || "a proposal is on its way");
    case "blocked":
      return entry("ProposalFailed", reason, message);
    case "upToDate":
      return told && told.kind !== "ProposalExited" ? [exited(moment, before, "it is as the run wants it")] : [];
  }
}

const exited = (moment: Moment, before: string | undefined, reason: string): Happening => ({
  ...moment,
  kind: "ProposalExited",
  actor,
  reason,
  ...(before !== undefined && { before }),
  after: "UpToDate",
});
