import { steering as names } from "../../schema/steering.ts";
import { short } from "../way.ts";
import { notUnderstood } from "./annotations.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { type Decision, rest, take } from "./verdict.ts";

/** `of alice`, where it is known who. */
const signed = (by: string | undefined): string => (by === undefined ? "a person" : by);
const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`);

/** People keep branch and pull request. */
export function released({ will, pull, branch }: Observed): Decision {
  const { by, reason } = will.steering.released!;
  const what = pull ? `#${pull.number}` : branch;
  const back =
    by === "kubectl" ? `remove the annotation ${names.release}` : "say `/millrace adopt` or `/millrace retry`";
  return rest("Released", ["Released", `${signed(by)} keeps ${what}${because(reason)}. To give it back, ${back}`]);
}

/** Somebody else wrote to the branch. */
export function humanOwned({ tip, written, branch, proposal }: Observed, open: SeenPull | undefined): Decision {
  const sha = tip.is === "none" ? "" : tip.sha;
  const whose = `${branch} is at ${short(sha)}, which Millrace did not write, so it is left alone`;
  const back = written ? `, or put the branch back to ${written.commit}` : "";
  const ways = open
    ? `merge or close #${open.number} yourself${back}`
    : `delete the branch${back}, and the change is proposed anew`;
  const { name } = proposal.metadata;
  const offers = `; or give it to Millrace with \`millrace proposal adopt ${name}\`, or keep it with \`millrace proposal release ${name}\``;
  return rest("HumanOwned", ["HumanOwned", `${whose}: ${ways}${offers}`]);
}

/** What was given to us is not what is asked for any more, and is never built over. */
export function adoptedDiffers({ branch, tip }: Observed, open: SeenPull | undefined): Decision {
  const sha = tip.is === "none" ? "" : short(tip.sha);
  const which = open ? `merge or close #${open.number} yourself` : "delete the branch";
  const message = `${branch} is at ${sha}, which was adopted for another change than is asked for now, and is not built over: ${which}, or ask for that again`;
  return rest("HumanOwned", ["AdoptedDiffers", message]);
}

/** People want nothing to move for a while. */
export function held({ will }: Observed): Decision | undefined {
  const { hold } = will.steering;
  if (!hold) return undefined;
  const { by, reason, until } = hold;
  const message =
    until === notUnderstood
      ? "nothing is pushed or merged until its hold is understood"
      : `${signed(by)} holds it until ${until}${because(reason)}: nothing is pushed or merged before`;
  return rest("Held", ["Held", message], "moment");
}

/** A person does not want this change. */
export function declined({ declined: no, proposal }: Observed, open: SeenPull | undefined): Decision {
  const { number, by, at, reason } = no ?? {};
  const when = at === undefined ? "" : ` on ${at.slice(0, 10)}`;
  const what = number === undefined ? `${signed(by)} rejected it` : `${signed(by)} closed #${number}`;
  const said = `${what}${when}${because(reason)}`;
  if (open) return closed(open, said, number);
  const { namespace, name } = proposal.metadata;
  const retry = `kubectl -n ${namespace} annotate changeproposal ${name} ${names.retry}=NEW --overwrite`;
  const reopen = number === undefined ? "" : "reopen it to go on with it, ";
  return rest("Declined", ["Declined", `${said}: ${reopen}take it back with \`${retry}\`, or ask for something else`]);
}

/** A no that was said while it was open is carried out; one that was said before to what it would become now, too. */
function closed(open: SeenPull, said: string, number: number | undefined): Decision {
  const comment =
    number === undefined
      ? "Closed by Millrace: the change was rejected, and is not proposed again until that is taken back."
      : `Closed by Millrace: this is not asked for any more, and what is was refused in #${number}.`;
  const about = number === undefined ? said : `${said}, which asked for the same as now`;
  const step = { do: "close", number: open.number, comment } as const;
  return take("Pending", ["Withdrawing", `closes #${open.number}: ${about}`], step);
}

/** The pull request goes to another branch: because the Repository changed, or because a person retargeted it. */
export function elsewhere({ baseBranch, written, tip }: Observed, open: SeenPull): Decision {
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
