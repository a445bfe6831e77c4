import { longestHoldMs, reasonOf, untilOf } from "../../reconcilers/change-proposal/command.ts";
import { byAnnotation } from "../../reconcilers/change-proposal/will.ts";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { type Steer, steering } from "../../schema/steering.ts";
import { CommandError, exitCodes } from "../command.ts";

/** Annotations to set; undefined takes one away. */
export type Annotations = Readonly<Record<string, string | undefined>>;

export interface Verb {
  readonly operands: string;
  readonly doc: string;
  /** What the words come to for this proposal. Throws a CommandError where they make no sense, or nothing is there to be done. */
  wish(words: readonly string[], proposal: ChangeProposal, now: Date): Annotations;
}

/** How a proposal is steered, by the word on the command line. */
export const verbs: Readonly<Record<Steer, Verb>> = {
  adopt: {
    operands: "NAME",
    doc: "Go on from the commits of a person that are on its branch.",
    wish: (words, proposal) => {
      none(words, "adopt NAME");
      return { [steering.adopt]: tipOf(proposal), [steering.release]: undefined };
    },
  },
  release: {
    operands: "NAME [REASON]",
    doc: "Leave branch and pull request to people for good; `adopt` or `retry` takes them up again.",
    wish: (words) => ({ [steering.release]: reasonIn(words) ?? "no reason was given" }),
  },
  hold: {
    operands: "NAME 3d|MOMENT|off [REASON]",
    doc: "No merge and no push until then.",
    wish: ([until = "", ...words], proposal, now) => {
      const hold = holdOf(until, words, now);
      if (hold === undefined) saidHere(proposal);
      return { [steering.hold]: hold };
    },
  },
  reject: {
    operands: "NAME REASON",
    doc: "Say no to this change: its pull request is closed, and the no is remembered.",
    wish: (words) => {
      const reason = reasonIn(words);
      if (reason === undefined) throw usage("a no wants a reason", "millrace proposal reject NAME REASON");
      return { [steering.reject]: reason };
    },
  },
  retry: {
    operands: "NAME",
    doc: "Forget refusals and failed runs, and try again.",
    wish: (words, _, now) => {
      none(words, "retry NAME");
      return { [steering.retry]: now.toISOString(), [steering.reject]: undefined, [steering.release]: undefined };
    },
  },
  rebase: {
    operands: "NAME",
    doc: "Build the change anew on the head of the base branch.",
    wish: (words, _, now) => {
      none(words, "rebase NAME");
      return { [steering.rebase]: now.toISOString() };
    },
  },
};

function tipOf({ metadata: { name }, status }: ChangeProposal): string {
  if (status?.tip !== undefined) return status.tip;
  const next = `millrace proposal show ${name}`;
  throw new CommandError(`the branch of ${name} has no commits of people, so there is nothing to adopt`, { next });
}

/** What was said in a comment is taken back in a comment: an annotation ends only what an annotation began. */
function saidHere({ status }: ChangeProposal): void {
  const { hold } = status?.steering ?? {};
  if (!hold || hold.by === byAnnotation) return;
  const next = `say \`/millrace hold off\` on ${status?.pullRequest?.url ?? "its pull request"}`;
  throw new CommandError(`${hold.by} holds it by a comment, and a comment ends that`, { next });
}

function holdOf(text: string, words: readonly string[], now: Date): string | undefined {
  const until = untilOf(text);
  const latest = now.getTime() + longestHoldMs;
  if (!until || (until.is === "at" && (until.ms <= now.getTime() || until.ms > latest)))
    throw usage(
      `${JSON.stringify(text)} is no time to hold it for: 30m, 3h, 2d, 1w, at most 90 days, a moment such as 2030-01-31T12:00:00Z, or off`,
      "millrace proposal hold NAME 3d REASON",
    );
  if (until.is === "off") return undefined;
  const end = new Date(until.is === "for" ? Math.min(now.getTime() + until.ms, latest) : until.ms);
  return [`${end.toISOString().slice(0, 19)}Z`, reasonIn(words)].filter(Boolean).join(" ");
}

const reasonIn = (words: readonly string[]): string | undefined => reasonOf(words.join(" "));

function none(words: readonly string[], form: string): void {
  if (words.length > 0) throw usage(`${JSON.stringify(words.join(" "))} is too much`, `millrace proposal ${form}`);
}

const usage = (message: string, next: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next });
