import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { PullRequest } from "../ports.ts";
import type { SeenPull, Status } from "./observed.ts";

/**
 * What a pull request proposed, from what status recorded of it: by commit first, since one pull request can carry
 * one change after another, then by number. Undefined for one that we have no record of.
 */
export function attribute(pull: PullRequest, status: Status, trailers: ReadonlyMap<string, string>): SeenPull {
  const known = status.pullRequest?.number === pull.number;
  const fingerprint =
    pull.headSha === status.commit
      ? status.fingerprint
      : (trailers.get(pull.headSha) ?? (known ? status.fingerprint : undefined));
  return { ...pull, fingerprint };
}

/** Who closed the pull request, if it is closed: we ourselves, which is no refusal, or a person, which is one. */
export function closingOf(
  { status = {} }: ChangeProposal,
  pull: SeenPull | undefined,
): Pick<Status, "declined" | "withdrawn"> {
  const { declined, withdrawn, intent } = status;
  if (!pull) return { declined, withdrawn };
  const byUs = pull.number === withdrawn || (intent?.effect === "Close" && intent.number === pull.number);
  switch (pull.state) {
    case "Closed":
      if (byUs) return { declined, withdrawn: pull.number };
      if (pull.fingerprint === undefined) return { declined, withdrawn };
      return { declined: { fingerprint: pull.fingerprint, number: pull.number }, withdrawn };
    case "Open":
    case "Merged":
      // Whoever reopened or merged it takes the no back.
      return { declined: declined?.fingerprint === pull.fingerprint ? undefined : declined, withdrawn: undefined };
  }
}
