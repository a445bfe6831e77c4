import type { ChangeProposal } from "../../../schema/change-proposal.ts";
import type { Repository } from "../../../schema/repository.ts";
import { ForgeError } from "../../errors.ts";
import type { Forges } from "../../forge-port.ts";
import type { Git } from "../../git-port.ts";
import type { Lookup } from "../../ports.ts";
import { slugOf, wayTo } from "../../way.ts";

export interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  readonly git: Git;
}

/**
 * Whether a head is the merge of a proposal that has not noticed yet: it brings the proposal's commit in, carries its message, as
 * rebased commits do, or is what the forge says that the pull request was merged as. Where that cannot be found out now, it
 * is not; the proposal will know.
 */
export async function isMergedIn(
  child: ChangeProposal,
  { repository, head }: { readonly repository: Repository; readonly head: string },
  { lookup, forges, git }: World,
  signal: AbortSignal,
): Promise<boolean> {
  const { metadata, status } = child;
  const way = wayTo(lookup, metadata.namespace, repository.metadata.name);
  const commit = status?.commit;
  if (way.is === "shut" || commit === undefined || status?.base?.sha === head) return false;
  try {
    const host = await forges.of(way.forge, signal);
    const at = slugOf(repository);
    const facts = await git.describe(host.remote(at), head, signal);
    if (!facts) return false;
    if (head === commit || facts.parents.includes(commit)) return true;
    if (facts.message.split("\n").includes(`Millrace-Proposal: ${metadata.namespace}/${metadata.name}`)) return true;
    const { pullRequest } = status ?? {};
    const pull = pullRequest?.state === "Open" && (await host.pulls.get(at, pullRequest.number, signal));
    return pull ? pull.mergeSha === head : false;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ForgeError)) throw error;
    return false;
  }
}
