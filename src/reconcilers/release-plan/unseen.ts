import type { Repository } from "../../schema/repository.ts";
import { behind } from "../repository/behind.ts";
import { isStalled } from "../way.ts";
import type { Holds } from "./hold/hold.ts";
import { partsOf } from "./kin.ts";
import { listed } from "./node.ts";

/**
 * The same holds, and one more while a Repository was not looked at yet, or not since what it requires came into the fleet: what its manifests require, and so the order, is not known
 * before that. One of the plan has to have a head; of the others it is enough that they were tried.
 */
export function seenFirst(holds: Holds, repositories: readonly Repository[], nodes: readonly string[]): Holds {
  const chosen = new Set(nodes.map((node) => partsOf(node).repository));
  const unseen = repositories.filter((each) => isUnseen(each, chosen.has(each.metadata.name)));
  if (unseen.length > 0) {
    const why = `what Repository ${listed(unseen.map(({ metadata }) => metadata.name))} requires is not known yet: it was not looked at`;
    return { ...holds, hold: () => why };
  }
  const late = behind(repositories, chosen);
  if (late.length === 0) return holds;
  const why = `what Repository ${listed(late)} requires has just been found in the fleet: it is looked at again first`;
  return { ...holds, hold: () => why };
}

const isUnseen = (repository: Repository, isChosen: boolean): boolean =>
  (repository.status?.conditions ?? []).length === 0 ||
  (isChosen && !repository.spec.suspend && repository.status?.head === undefined && !isStalled(repository));
