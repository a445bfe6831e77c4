import type { Produced } from "../change/produced.ts";
import { short } from "../way.ts";
import { decideMerge } from "./merge.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { adoptedDiffers, declined, elsewhere, held, humanOwned, released } from "./people.ts";
import { word } from "./talk.ts";
import { digestOf, revision, textOfPull } from "./text.ts";
import { type Decision, rest, take } from "./verdict.ts";
import { afterMerge, overtaken, superseded } from "./withdraw.ts";

/** What to do about a proposal whose repository can be reached. Total: every state has an answer, with a reason. */
export function decide(observed: Observed): Decision {
  const decision = withComplaints(observed, decideState(observed));
  return word(observed, decision) ?? decision;
}

/** Wishes that cannot be followed are said wherever people look. */
function withComplaints({ will: { complaints } }: Observed, decision: Decision): Decision {
  if (complaints.length === 0) return decision;
  const { finding } = decision;
  return { ...decision, finding: { ...finding, message: [finding.message, ...complaints].join("; ") } };
}

function decideState(observed: Observed): Decision {
  const { pull, fingerprint, head, baseBranch, will, heir, tip } = observed;
  if (will.steering.released) return released(observed);
  if (pull?.state === "Merged" && pull.fingerprint === fingerprint && !beginsAnew(observed)) {
    return afterMerge(observed, pull);
  }
  const open = pull?.state === "Open" ? pull : undefined;
  if (heir && !(open && tip.is === "theirs")) return superseded(observed, heir, open);
  if (head === undefined) {
    return rest("Blocked", [
      "BaseBranchMissing",
      `there is no branch ${baseBranch}: correct spec.branch of Repository ${observed.proposal.spec.repositoryRef.name}`,
    ]);
  }
  if (open && open.baseBranch !== baseBranch) return elsewhere(observed, open);
  return ofPeople(observed, open) ?? ofChange(observed, open);
}

/** A command that runs for every head of the base is not over with a merge. */
function beginsAnew({ proposal, wanted }: Observed): boolean {
  return proposal.spec.change.run?.repeat === "WhenBaseMoves" && wanted !== undefined && wanted.is !== "nothing";
}

/** What people did or said comes before what is to be done; undefined where they leave it to us. */
function ofPeople(observed: Observed, open: SeenPull | undefined): Decision | undefined {
  const { tip, wanted, written, fingerprint } = observed;
  if (tip.is === "unproven") return rest("Running", [tip.reason, tip.message], "checks");
  if (tip.is === "theirs" && open) return humanOwned(observed, open);
  if (wanted?.is === "nothing") return undefined;
  if (observed.declined?.fingerprint === fingerprint) return declined(observed, open);
  if (tip.is === "theirs" && wanted?.is !== "refused") return humanOwned(observed, undefined);
  if (tip.is === "adopted" && written?.fingerprint !== fingerprint) return adoptedDiffers(observed, open);
  return undefined;
}

function ofChange(observed: Observed, open: SeenPull | undefined): Decision {
  const { wanted } = observed;
  if (!wanted) return humanOwned(observed, open);
  if (wanted.is === "nothing") return overtaken(observed, open);
  if (wanted.is === "waiting") return rest("Running", [wanted.reason, wanted.message], "checks");
  if (wanted.is === "refused") return rest("Blocked", [wanted.reason, wanted.message]);
  return held(observed) ?? bringAbout(observed, open, wanted);
}

/** What is missing until the pull request shows what is wanted, one thing after the other; then the merge. */
function bringAbout(
  observed: Observed,
  open: SeenPull | undefined,
  wanted: Extract<Produced, { is: "commit" }>,
): Decision {
  const { branch, baseBranch, proposal } = observed;
  const tip = "sha" in observed.tip ? observed.tip.sha : undefined;
  if (tip !== wanted.sha) {
    const step = { do: "push", commit: wanted.sha, expect: tip } as const;
    return take("Pushing", ["Pushing", `pushes ${short(wanted.sha)} to ${branch}`], step);
  }
  const text = textOfPull(proposal, observed);
  if (!open) {
    const step = { do: "open", commit: wanted.sha, mark: digestOf(text) } as const;
    return take("Opening", ["Opening", `opens a pull request from ${branch} to ${baseBranch}`], step);
  }
  if (observed.newborn && decorations(observed)) {
    const message = `gives #${open.number} its labels, reviewers and assignees`;
    return take("Opening", ["Decorating", message], { do: "decorate", number: open.number });
  }
  if (open.headSha !== wanted.sha) {
    const message = `#${open.number} does not show ${short(wanted.sha)} yet, which is on its branch`;
    return rest("Opening", ["ForgeCatchingUp", message], "soon");
  }
  if (revision(open, text, observed.wrote)) {
    const message = `brings title and text of #${open.number} up to date`;
    return take("Opening", ["Revising", message], { do: "revise", number: open.number, mark: digestOf(text) });
  }
  return decideMerge(observed, open, wanted.sha);
}

/** What a pull request is born with; undefined where that is nothing. Reviewers are left out where the forge knows none. */
export function decorations({ proposal, gate }: Observed) {
  const { labels = [], reviewers = [], assignees = [] } = proposal.spec.pullRequest ?? {};
  const people = gate.capabilities.reviewers;
  const wish = { labels, reviewers: people ? reviewers : [], assignees: people ? assignees : [] };
  return labels.length + wish.reviewers.length + wish.assignees.length > 0 ? wish : undefined;
}
