import type { Produced } from "../change/produced.ts";
import { short } from "../way.ts";
import { decideMerge } from "./merge.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { saysSo, textOfPull } from "./text.ts";
import { type Decision, rest, take } from "./verdict.ts";

/** What to do about a proposal whose repository can be reached. Total: every state has an answer, with a reason. */
export function decide(observed: Observed): Decision {
  const { pull, fingerprint, head, wanted, baseBranch } = observed;
  if (pull?.state === "Merged" && pull.fingerprint === fingerprint) return afterMerge(observed, pull);
  if (head === undefined || !wanted) {
    return rest("Blocked", [
      "BaseBranchMissing",
      `there is no branch ${baseBranch}: correct spec.branch of Repository ${observed.proposal.spec.repositoryRef.name}`,
    ]);
  }
  const open = pull?.state === "Open" ? pull : undefined;
  if (open && open.baseBranch !== baseBranch) return elsewhere(observed, open);
  if (open && observed.tip.is === "theirs") return humanOwned(observed, open);
  if (wanted.is === "nothing") return withdraw(observed, open);
  if (wanted.is === "waiting") return rest("Running", [wanted.reason, wanted.message], "checks");
  if (wanted.is === "refused") return rest("Blocked", [wanted.reason, wanted.message]);
  if (observed.declined?.fingerprint === fingerprint) return declined(observed.declined.number ?? 0, open);
  if (observed.tip.is === "theirs") return humanOwned(observed, undefined);

  return bringAbout(observed, open, wanted);
}

/** What is missing until the pull request shows what is wanted, one thing after the other; then the merge. */
function bringAbout(
  observed: Observed,
  open: SeenPull | undefined,
  wanted: Extract<Produced, { is: "commit" }>,
): Decision {
  const { branch, baseBranch } = observed;
  const tip = observed.tip.is === "ours" ? observed.tip.sha : undefined;
  if (tip !== wanted.sha) {
    const step = { do: "push", commit: wanted.sha, expect: tip } as const;
    return take("Pushing", ["Pushing", `pushes ${short(wanted.sha)} to ${branch}`], step);
  }
  if (!open) {
    const step = { do: "open", commit: wanted.sha } as const;
    return take("Opening", ["Opening", `opens a pull request from ${branch} to ${baseBranch}`], step);
  }
  if (open.headSha !== wanted.sha) {
    const message = `#${open.number} does not show ${short(wanted.sha)} yet, which is on its branch`;
    return rest("Opening", ["ForgeCatchingUp", message], "soon");
  }
  if (!saysSo(open, textOfPull(observed.proposal))) {
    const message = `brings title and text of #${open.number} up to date`;
    return take("Opening", ["Revising", message], { do: "revise", number: open.number });
  }
  return decideMerge(observed, open, wanted.sha);
}

function afterMerge({ tip, wanted, baseBranch }: Observed, merged: SeenPull): Decision {
  const by = merged.mergeSha ? ` as ${short(merged.mergeSha)}` : "";
  const reverted = wanted?.is === "commit" && tip.is !== "ours";
  const about = reverted
    ? ([
        "Reverted",
        `#${merged.number} was merged${by}, and ${baseBranch} says otherwise since: that is left as it is`,
      ] as const)
    : (["Merged", `#${merged.number} was merged${by}`] as const);
  if (tip.is === "ours") return take("Merged", about, { do: "deleteBranch", commit: tip.sha });
  return rest("Merged", about, "never");
}

/** The pull request goes to another branch: because the Repository changed, or because a person retargeted it. */
function elsewhere({ baseBranch, written, tip }: Observed, open: SeenPull): Decision {
  if (tip.is === "ours" && written?.base.branch !== baseBranch) {
    const message = `closes #${open.number}, which goes to ${open.baseBranch}: the base branch is ${baseBranch} now`;
    const comment = `Closed by Millrace: the base branch is \`${baseBranch}\` now. The change is proposed anew.`;
    return take("Pending", ["Withdrawing", message], { do: "close", number: open.number, comment });
  }
  return rest("HumanOwned", [
    "Retargeted",
    `somebody pointed #${open.number} to ${open.baseBranch}: merge or close it, or point it to ${baseBranch} again`,
  ]);
}

function humanOwned({ tip, written, branch }: Observed, open: SeenPull | undefined): Decision {
  const sha = tip.is === "none" ? "" : short(tip.sha);
  const whose = `${branch} is at ${sha}, which Millrace did not write, so it is left alone`;
  const back = written ? `, or put the branch back to ${written.commit}` : "";
  const ways = open
    ? `merge or close #${open.number} yourself${back}`
    : `delete the branch${back}, and the change is proposed anew`;
  return rest("HumanOwned", ["HumanOwned", `${whose}: ${ways}`]);
}

function withdraw({ tip, baseBranch, withdrawn, pull }: Observed, open: SeenPull | undefined): Decision {
  const why = `${baseBranch} has this change already`;
  if (open) {
    const comment = `Closed by Millrace: \`${baseBranch}\` has this change already.`;
    return take("Pending", ["Withdrawing", `closes #${open.number}: ${why}`], {
      do: "close",
      number: open.number,
      comment,
    });
  }
  const message = withdrawn === undefined || pull?.state !== "Closed" ? why : `${why}; #${withdrawn} was closed`;
  if (tip.is === "ours") return take("NoChange", ["NoChange", message], { do: "deleteBranch", commit: tip.sha });
  return rest("NoChange", ["NoChange", message], "never");
}

function declined(number: number, open: SeenPull | undefined): Decision {
  const no = `a person closed #${number}`;
  if (open) {
    // It proposes something else, and making it propose this would overrule the person.
    const comment = `Closed by Millrace: this is not asked for any more, and what is was refused in #${number}.`;
    const step = { do: "close", number: open.number, comment } as const;
    return take("Pending", ["Withdrawing", `closes #${open.number}: ${no}, which asked for the same as now`], step);
  }
  return rest("Declined", ["Declined", `${no}: reopen it to go on with it, or ask for something else`]);
}

/** What to do before a deleted proposal may go. Undefined: nothing is left, or what is left belongs to a person. */
export function decideFinal({ proposal, tip, pull }: Observed): Decision | undefined {
  if (tip.is !== "ours") return undefined;
  const { namespace, name } = proposal.metadata;
  if (pull?.state === "Open") {
    const comment = `Closed by Millrace: its ChangeProposal \`${namespace}/${name}\` was deleted, so the change is not wanted any more.`;
    const step = { do: "close", number: pull.number, comment } as const;
    return take("Pending", ["Withdrawing", `closes #${pull.number}, since the proposal was deleted`], step);
  }
  const step = { do: "deleteBranch", commit: tip.sha } as const;
  return take("Pending", ["Withdrawing", "deletes its branch, since the proposal was deleted"], step);
}
