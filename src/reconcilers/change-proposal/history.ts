import type { PullRequest } from "../forge-port.ts";
import type { SeenPull, Status, Tip } from "./observed.ts";

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

/**
 * Whose doing it is that the pull request is over, if it is: our own, which is no refusal, or a person's, which is one when
 * it was closed. An object that has written nothing yet inherits no refusals: whoever made it anew asks anew.
 */
export function endingOf(status: Status, pull: SeenPull | undefined, tip: Tip): Pick<Status, "declined" | "withdrawn"> {
  const { declined, withdrawn, intent, commit } = status;
  if (!pull) return { declined, withdrawn };
  if (pull.state === "Open") {
    // Whoever reopened it takes the no back.
    return { declined: declined?.fingerprint === pull.fingerprint ? undefined : declined, withdrawn: undefined };
  }
  const beforeOurTime = commit === undefined && tip.is === "none" && declined?.number !== pull.number;
  const byUs = pull.number === withdrawn || (intent?.effect === "Close" && intent.number === pull.number);
  if (beforeOurTime || byUs) return { declined, withdrawn: pull.number };
  if (pull.state === "Merged" || pull.fingerprint === undefined) return { declined, withdrawn: undefined };
  return { declined: { fingerprint: pull.fingerprint, number: pull.number }, withdrawn: undefined };
}
