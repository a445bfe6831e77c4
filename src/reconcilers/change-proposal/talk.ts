import { steering as names } from "../../schema/steering.ts";
import { actors, actorText } from "./actor.ts";
import { tallyOf, tallyText } from "./checks.ts";
import { isOurs } from "./history.ts";
import type { Observed, Reply } from "./observed.ts";
import { inert } from "./quoted.ts";
import type { Decision, Reason } from "./verdict.ts";

/** What is to be said below the pull request before anything else, if anything is. What we find stays what it is. */
export function word(observed: Observed, decision: Decision): Decision | undefined {
  const { pull, reply, proposal } = observed;
  if (!pull || !isOurs(pull, proposal.status ?? {})) return undefined;
  const said = reply ? { mark: reply.mark, body: answer(observed, decision, reply) } : announcement(observed, decision);
  if (!said) return undefined;
  const { phase, finding } = decision;
  return { do: "step", phase, finding, step: { do: "comment", number: pull.number, ...said } };
}

/** What was done about each command, and how things stand where that was asked for. */
function answer(observed: Observed, decision: Decision, { told, why }: Reply): string {
  return [...told, ...(why ? [standing(observed, decision)] : [])].join("\n\n") || "Nothing was done.";
}

function standing({ checks, proposal }: Observed, { phase, finding }: Decision): string {
  const counted = checks ? `Checks: ${inert(tallyText(tallyOf(checks, proposal.spec.merge)))}.` : undefined;
  const next = actorText[actors[finding.reason as Reason]];
  return [`**${phase}** (${finding.reason}): ${inert(finding.message)}.`, counted, next].filter(Boolean).join("\n");
}

/** The first word to people who took over the branch, once: what that means, and the ways out. */
function announcement(observed: Observed, { finding }: Decision): { mark: string; body: string } | undefined {
  const { tip, written, will, pull, proposal, branch } = observed;
  if (finding.reason !== "HumanOwned" || tip.is !== "theirs" || pull?.state !== "Open") return undefined;
  const mark = `owned-${(written?.commit ?? "").slice(0, 12)}`;
  if (will.steering.told === mark) return undefined;
  const { namespace, name } = proposal.metadata;
  const annotate = `kubectl -n ${namespace} annotate changeproposal ${name} --overwrite`;
  const body = [
    `\`${branch}\` is at \`${tip.sha}\`, which Millrace did not write, so it writes nothing there any more.`,
    "- **You keep it:** merge or close this pull request as you like.",
    `- **Millrace goes on from your commits**, and never builds over them: \`/millrace adopt ${tip.sha.slice(0, 12)}\`, or \`millrace proposal adopt ${name}\`, or \`${annotate} ${names.adopt}=${tip.sha}\``,
    `- **You keep it for good:** \`/millrace release\`, or \`millrace proposal release ${name}\`, or \`${annotate} ${names.release}=WHY\``,
    written && `- **Millrace goes on with its own commit:** put the branch back to \`${written.commit}\`.`,
  ];
  return { mark, body: body.filter(Boolean).join("\n") };
}
