import type { Forge } from "../forge.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import type { Mergeability } from "../view/pull.ts";
import { endsOf, factsOf, mergedTree } from "./fact.ts";

/** Whether a pull request can be merged now, in GitHub's words; nobody asks that of a closed one. */
export async function mergeabilityOf(forge: Forge, repository: Repository, pull: PullRequest): Promise<Mergeability> {
  if (pull.state === "closed") return { mergeable: null, state: "unknown" };
  const bare = forge.git.at(repository.directory);
  const { base, head } = endsOf(bare, pull);
  if ((await mergedTree(bare, base, head)) === null) return { mergeable: false, state: "dirty" };
  if (pull.draft) return { mergeable: true, state: "draft" };
  const { behind } = await factsOf(bare, pull);
  return { mergeable: true, state: forge.rules.merge(repository, pull, behind).state };
}
