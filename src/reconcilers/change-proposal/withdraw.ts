import { short } from "../way.ts";
import type { Heir, Observed, SeenPull } from "./observed.ts";
import { type Decision, rest, take } from "./verdict.ts";

/** What is left to do once it is merged. */
export function afterMerge({ tip, wanted, baseBranch }: Observed, merged: SeenPull): Decision {
  const by = merged.mergeSha ? ` as ${short(merged.mergeSha)}` : "";
  const reverted = wanted?.is === "commit" && tip.is !== "ours" && tip.is !== "adopted";
  const about = reverted
    ? ([
        "Reverted",
        `#${merged.number} was merged${by}, and ${baseBranch} says otherwise since: that is left as it is`,
      ] as const)
    : (["Merged", `#${merged.number} was merged${by}`] as const);
  if (tip.is === "ours") return take("Merged", about, { do: "deleteBranch", commit: tip.sha });
  return rest("Merged", about, "never");
}

/** The base says so already. */
export function overtaken({ tip, baseBranch, withdrawn, pull }: Observed, open: SeenPull | undefined): Decision {
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

/** Another proposal has taken its place. */
export function superseded({ tip }: Observed, heir: Heir, open: SeenPull | undefined): Decision {
  const where = heir.number === undefined ? "" : ` (#${heir.number})`;
  const about = ["Superseded", `${heir.name}${where} has taken its place`] as const;
  if (open) {
    const link = heir.number === undefined ? `\`${heir.name}\`` : `#${heir.number}`;
    const rest = tip.is === "adopted" ? " Its branch stays, since it has commits of people." : "";
    const comment = `Closed by Millrace: superseded by ${link}.${rest}`;
    const step = { do: "close", number: open.number, comment } as const;
    return take("Pending", ["Withdrawing", `closes #${open.number}: ${about[1]}`], step);
  }
  if (tip.is === "ours") return take("Superseded", about, { do: "deleteBranch", commit: tip.sha });
  return rest("Superseded", about, "never");
}

/** What to do before a deleted proposal may go. Undefined: nothing is left, or what is left belongs to a person. */
export function decideFinal({ proposal, tip, pull, will }: Observed): Decision | undefined {
  if (will.steering.released || (tip.is !== "ours" && tip.is !== "adopted")) return undefined;
  const { namespace, name } = proposal.metadata;
  if (pull?.state === "Open") {
    const comment = `Closed by Millrace: its ChangeProposal \`${namespace}/${name}\` was deleted, so the change is not wanted any more.`;
    const step = { do: "close", number: pull.number, comment } as const;
    return take("Pending", ["Withdrawing", `closes #${pull.number}, since the proposal was deleted`], step);
  }
  if (tip.is === "adopted") return undefined;
  const step = { do: "deleteBranch", commit: tip.sha } as const;
  return take("Pending", ["Withdrawing", "deletes its branch, since the proposal was deleted"], step);
}
