import type { RunFailure } from "../../reconcilers/runner-port.ts";

/** Where a container leaves its last words, which become its status. */
export const verdictFile = "/dev/termination-log";

/** Why one of our own containers gave up: what is against the run, or `Lost` where it may be tried again. */
export interface Verdict {
  readonly reason:
    | Extract<RunFailure, "CommandFailed" | "OutputTooLarge" | "ResultInvalid" | "RunUnschedulable">
    | "Lost";
  readonly message: string;
}

const reasons: ReadonlySet<unknown> = new Set<Verdict["reason"]>([
  "CommandFailed",
  "OutputTooLarge",
  "ResultInvalid",
  "RunUnschedulable",
  "Lost",
]);

/** Kubernetes keeps 4 KiB of last words. */
const maxMessage = 2_000;

export const writeVerdict = ({ reason, message }: Verdict): string =>
  JSON.stringify({ reason, message: message.slice(0, maxMessage) });

/** Last words that are no verdict, such as those of a program that crashed, are a loss. */
export function readVerdict(text: string): Verdict {
  try {
    const said = JSON.parse(text) as Partial<Verdict> | null;
    if (reasons.has(said?.reason) && typeof said?.message === "string") return said as Verdict;
  } catch {
    // Not ours: told as it is.
  }
  return { reason: "Lost", message: text };
}
