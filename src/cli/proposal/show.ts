import { actors, actorText } from "../../reconcilers/change-proposal/actor.ts";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { remedyFor } from "../why/remedy.ts";

/** One line: what it is doing, and why. */
export function standing({ metadata, status }: ChangeProposal): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready ? `${metadata.name}: ${ready.reason}: ${ready.message}` : `${metadata.name}: not looked at yet`;
}

/** All that a person wants to know about a proposal, and what they can do. */
export function showProposal(proposal: ChangeProposal): string {
  const { metadata, spec, status = {} } = proposal;
  const ready = status.conditions?.find(({ type }) => type === "Ready");
  const actor = ready && actors[ready.reason as keyof typeof actors];
  const { pullRequest, checks, diff, leftOut, unknown = [], steering, declined } = status;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Title", spec.title],
    ["Repository", spec.repositoryRef.name],
    ["Phase", status.phase],
    ["Status", ready && `${ready.reason}: ${ready.message}`],
    ["Since", ready?.lastTransitionTime],
    ["Next", actor && actorText[actor]],
    ["To do", ready && remedyFor("ChangeProposal", metadata, ready, pullRequest?.url)],
    ["Pull request", pullRequest && `${pullRequest.ref} ${pullRequest.state} ${pullRequest.url}`],
    ["Branch", status.branch],
    ["Commit", status.commit],
    ["A person's tip", status.tip],
    ["Change", diff && `${diff.files} ${diff.files === 1 ? "file" : "files"}, +${diff.added} -${diff.removed}`],
    ["Left out", leftOut],
    ["Not on the forge", unknown.length > 0 ? unknown.join(", ") : undefined],
    ["Checks", checks && `${checks.passed} of ${checks.total} passed${list(checks.failing, ", failing: ")}`],
    ["Held", steering?.hold && `until ${steering.hold.until} by ${steering.hold.by}${because(steering.hold.reason)}`],
    ["Adopted", steering?.adopted && `${steering.adopted.sha} by ${steering.adopted.by}`],
    ["Released", steering?.released && `by ${steering.released.by}${because(steering.released.reason)}`],
    ["Declined", declined && `by ${declined.by ?? "somebody"}${because(declined.reason)}`],
    ["Superseded by", status.supersededBy],
    ["Throttled until", status.throttledUntil],
  ];
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
  const width = Math.max(...shown.map(([label]) => label.length));
  const title = `ChangeProposal ${metadata.namespace}/${metadata.name}\n`;
  return title + shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}\n`).join("");
}

const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`);
const list = (names: readonly string[], before: string): string =>
  names.length === 0 ? "" : before + names.join(", ");
