import type { Finding, Verdict } from "../conditions.ts";
import { wayVerdicts } from "../way.ts";

/** Every reason that an Operation gives, and what it means for the object. */
export const verdicts = {
  UpToDate: "ready",
  ProposalsOpen: "progressing",
  WaitingForRepositories: "progressing",
  NeedsAttention: "stalled",
  NothingSelected: "stalled",
  ScheduleInvalid: "stalled",
  Suspended: "stalled",
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;

/** Reasons in `attention`, besides those of the ChangeProposal that a repository has. */
export const attentionReasons = [
  ...(Object.keys(wayVerdicts) as (keyof typeof wayVerdicts)[]),
  "NotAllowed",
  "RepositoryNotReady",
  "SourceUnknown",
  "SourceNotReady",
  "SourceBranchMissing",
  "FileMissing",
  "FileUnreadable",
  "InvalidYaml",
  "FieldMissing",
  "FieldUnsupported",
  "Loop",
  "BranchMissing",
  "FailFast",
] as const;

/** How one selected repository is doing, or one part of it, such as a branch. */
export interface Standing {
  readonly name: string;
  readonly part?: string;
  readonly is: "upToDate" | "open" | "waiting" | "blocked";
  /** Why it is not up to date. */
  readonly reason: string;
  readonly message: string;
}

/** Everything that `decide` may rest on. */
export interface Observed {
  readonly suspended: boolean;
  /** At least one for each selected repository, and for each name that nothing has; in the order of names. */
  readonly standings: readonly Standing[];
  /** What the run brings, in words: `apis 1a2b3c4`. */
  readonly brings: string;
}

const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });

/** What to say about an operation. */
export function decide({ suspended, standings, brings }: Observed): Finding {
  if (suspended) {
    const message = "spec.suspend is true, so no run starts; proposals that exist go on: set it to false to go on";
    return found("Suspended", message);
  }
  const total = namesOf(standings).length;
  if (total === 0) {
    const message = "spec.repositories selects nothing: correct it, or label the Repositories that are meant";
    return found("NothingSelected", message);
  }
  const [open, waiting, blocked] = [those(standings, "open"), those(standings, "waiting"), those(standings, "blocked")];
  const of = `of ${plural(total, "repository", "repositories")}`;
  const needs = (first: Standing): string =>
    `${blocked.length} ${of} ${blocked.length === 1 ? "needs" : "need"} a person: ${told(first)}`;
  const attention = blocked[0] ? `; ${needs(blocked[0])}` : "";
  if (open[0]) {
    return found(
      "ProposalsOpen",
      `${open.length} ${of} ${open.length === 1 ? "has" : "have"} a proposal under way${attention}`,
    );
  }
  if (waiting[0]) {
    const message = `${waiting.length} ${of} cannot be looked at yet: ${told(waiting[0])}${attention}`;
    return found("WaitingForRepositories", message);
  }
  if (blocked[0]) return found("NeedsAttention", needs(blocked[0]));
  const all = plural(total, "repository is", "repositories are");
  return found("UpToDate", brings ? `${all} at ${brings}` : `${all} up to date`);
}

/** Repositories of which something stands like this, each by the first thing that does. */
export const those = (standings: readonly Standing[], is: Standing["is"]): readonly Standing[] =>
  [
    ...new Map(
      standings
        .filter((each) => each.is === is)
        .reverse()
        .map((each) => [each.name, each]),
    ).values(),
  ].reverse();

/** Repositories of which everything is up to date. */
export const upToDate = (standings: readonly Standing[]): readonly string[] =>
  namesOf(standings).filter((name) => standings.every((each) => each.name !== name || each.is === "upToDate"));

const namesOf = (standings: readonly Standing[]): readonly string[] => [...new Set(standings.map(({ name }) => name))];

/** A standing in words, behind the name of the repository. */
export const about = ({ part, message }: Standing): string => (part === undefined ? message : `${part}: ${message}`);

const told = (standing: Standing): string => `${standing.name}: ${standing.reason}: ${about(standing)}`;
const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
