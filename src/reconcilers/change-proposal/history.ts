import type { Hands } from "../change/hands.ts";
import type { PullRequest } from "../forge-port.ts";
import type { SeenPull, Status, Tip } from "./observed.ts";
import { timeOf } from "./will.ts";

/**
 * What a pull request proposed, from what status recorded of it: by commit first, since one pull request can carry
 * one change after another, then by number. Undefined for one that we have no record of, and for one that is over
 * since before our time or by our own doing.
 */
export function attribute(pull: PullRequest, status: Status, trailers: ReadonlyMap<string, string>): SeenPull {
  if (pull.state !== "Open" && pull.number === status.withdrawn) return { ...pull, fingerprint: undefined };
  if (pull.headSha === status.commit) return { ...pull, fingerprint: status.fingerprint };
  const byNumber = status.pullRequest?.number === pull.number ? status.fingerprint : undefined;
  return { ...pull, fingerprint: trailers.get(pull.headSha) ?? byNumber };
}

/** Whether a pull request is known to be of this proposal, so that what is said below it is said to us. */
export const isOurs = ({ fingerprint, number }: SeenPull, { pullRequest }: Status): boolean =>
  fingerprint !== undefined || number === pullRequest?.number;

export interface Ending {
  readonly declined: Status["declined"];
  readonly withdrawn: number | undefined;
}

/**
 * Whose doing it is that the pull request is over, if it is: our own, which is no refusal, or a person's, which is one when
 * it was closed. An object that has written nothing yet inherits no refusals: whoever made it anew asks anew.
 */
export function endingOf(status: Status, pull: SeenPull | undefined, tip: Tip): Ending {
  const { declined, withdrawn, intent, commit } = status;
  if (!pull) return { declined, withdrawn };
  if (pull.state === "Open") {
    // Whoever reopened it takes the no back; a no without a number was said while it was open, and is still to be carried out.
    const isTakenBack = declined?.number !== undefined && declined.fingerprint === pull.fingerprint;
    return { declined: isTakenBack ? undefined : declined, withdrawn: undefined };
  }
  const beforeOurTime = commit === undefined && tip.is === "none" && declined?.number !== pull.number;
  const byUs = pull.number === withdrawn || (intent?.effect === "Close" && intent.number === pull.number);
  if (beforeOurTime || byUs) return withdrawnAs(pull.number, declined);
  if (pull.state === "Merged" || pull.fingerprint === undefined) return { declined, withdrawn: undefined };
  const isKnown = declined?.fingerprint === pull.fingerprint && declined.number === pull.number;
  return {
    declined: isKnown ? declined : { fingerprint: pull.fingerprint, number: pull.number },
    withdrawn: undefined,
  };
}

/** We closed it ourselves: where somebody's no was the reason, that is carried out now. */
export const withdrawnAs = (number: number, declined: Status["declined"]): Ending => ({
  declined: declined && declined.number === undefined ? { ...declined, number } : declined,
  withdrawn: number,
});

/** What people said in words about it: a no that is new, or that all refusals are to be forgotten. */
export function overruled(
  ending: Ending,
  { no, retried }: { readonly no: Status["declined"]; readonly retried: boolean },
  pull: SeenPull | undefined,
): Ending {
  const closed = pull?.state === "Closed" ? pull.number : undefined;
  const forgotten = retried ? { declined: undefined, withdrawn: closed ?? ending.withdrawn } : ending;
  if (!no) return forgotten;
  // Said again, it stays what it is.
  const isKnown = ending.declined?.fingerprint === no.fingerprint && ending.declined.at === no.at;
  if (isKnown) return ending;
  return { ...forgotten, declined: closed === undefined ? no : { ...no, number: closed } };
}

/**
 * The same, with who closed it and when, as far as the forge tells. Where that was us, and status that knew is lost, it is no
 * refusal after all.
 */
export async function signed(ending: Ending, { host, at, signal }: Hands): Promise<Ending> {
  const { declined } = ending;
  if (declined?.number === undefined || declined.by !== undefined) return ending;
  const closed = await host.pulls.closedBy(at, declined.number, signal);
  if (!closed) return ending;
  const { login } = await host.identity(signal);
  if (closed.by === login) return { declined: undefined, withdrawn: declined.number };
  return { ...ending, declined: { ...declined, by: closed.by, at: timeOf(closed.at) } };
}
