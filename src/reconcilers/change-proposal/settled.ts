import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { requestedAt } from "../../schema/object.ts";
import type { Repository } from "../../schema/repository.ts";
import { fingerprintOf } from "../change/fingerprint.ts";
import type { Outcome } from "../reconciler.ts";
import type { Status } from "./observed.ts";
import { reportUnseen } from "./report.ts";

/**
 * The answer of a proposal that is over, and of which nothing has changed since: what it was. No request is made.
 * Undefined where a look is due: something else is asked for, the base moved, or a person wants to know.
 */
export function settled(proposal: ChangeProposal, repository: Repository | undefined): Outcome<Status> | undefined {
  const { status = {}, metadata } = proposal;
  const { phase, intent, fingerprint, base, commit, conditions } = status;
  if ((phase !== "Merged" && phase !== "NoChange") || intent || fingerprint !== fingerprintOf(proposal))
    return undefined;
  // A branch that somebody took over is still there, and the fingerprint is that of what we wrote to it.
  if (phase === "NoChange" && commit !== undefined) return undefined;
  if (metadata.annotations?.[requestedAt] !== status.lastHandledReconcileAt) return undefined;
  const head = repository?.status?.head?.sha;
  if (repository && (repository.spec.branch !== base?.branch || (head !== undefined && head !== base.sha)))
    return undefined;
  const ready = conditions?.find((each) => each.type === "Ready" && each.status === "True");
  if (!ready) return undefined;
  const { reason, message } = ready;
  return reportUnseen(proposal, { verdict: "ready", reason, message }, { is: "never" });
}
