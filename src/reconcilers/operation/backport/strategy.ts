import { ChangeProposal } from "../../../schema/change-proposal.ts";
import { requestedAt } from "../../../schema/object.ts";
import type { Operation } from "../../../schema/operation.ts";
import type { Repository } from "../../../schema/repository.ts";
import { ForgeError, findingOf, StalledError, WaitingError } from "../../errors.ts";
import type { Forges } from "../../forge-port.ts";
import type { Git } from "../../git-port.ts";
import type { Lookup } from "../../ports.ts";
import type { Turn } from "../../reconciler.ts";
import { type Way, wayTo } from "../../way.ts";
import { childKey } from "../child.ts";
import { obstacle } from "../obstacle.ts";
import { isCurrent } from "../standing.ts";
import type { Item, Need, Needs, Strategy, Unknown } from "../strategy.ts";
import { Branches, branchesOf } from "./branches.ts";
import { specOf } from "./text.ts";

interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  readonly git: Git;
}

/** Picks commits onto other branches of their repositories, one proposal for each branch. */
export function backport(world: World): Strategy {
  const branches = new Branches(world.forges, world.git);
  return {
    async aim(operation, _, turn) {
      return {
        run: undefined,
        nextRunAt: undefined,
        brings: "",
        others: [],
        needsOf: (repository) => needsOf(repository, operation, { ...world, branches }, turn),
      };
    },
    keep: (_, repositories) => branches.keep(new Set(repositories.map(({ metadata }) => metadata.uid))),
  };
}

interface Hands extends World {
  readonly branches: Branches;
}

async function needsOf(repository: Repository, operation: Operation, hands: Hands, turn: Turn): Promise<Needs> {
  const way = wayTo(hands.lookup, repository.metadata.namespace, repository.metadata.name);
  const first = obstacle(operation, repository, way);
  if (first || way.is === "shut") {
    const need = first ?? { is: "waiting", reason: way.is, message: "" };
    return { items: [itemOf(need)], keepsOthers: need.reason !== "NotAllowed" };
  }
  try {
    return { items: await itemsOf(way, operation, hands, turn), keepsOthers: false };
  } catch (error) {
    turn.signal.throwIfAborted();
    const isForeseen = [ForgeError, StalledError, WaitingError].some((each) => error instanceof each);
    if (!isForeseen) turn.log.error({ err: error, repository: repository.metadata.name }, "planning failed");
    const { verdict, reason, message } = findingOf(error);
    const need = { is: verdict === "stalled" ? "blocked" : "waiting", reason, message } as const;
    return { items: [itemOf(need)], keepsOthers: true };
  }
}

const itemOf = (need: Need, part?: string): Item => ({ part, need, notes: [] });

async function itemsOf(
  way: Extract<Way, { is: "open" }>,
  operation: Operation,
  hands: Hands,
  { now, signal }: Turn,
): Promise<readonly Item[]> {
  const { repository } = way;
  const wish = operation.spec.backport!;
  const by = JSON.stringify([repository.metadata.generation, operation.metadata.annotations?.[requestedAt]]);
  const { remote, heads } = await hands.branches.heads(way, { by, now }, signal);
  const { branches, missing } = branchesOf(wish.branches, heads, repository);
  const items = missing.map((branch) => itemOf(branchMissing(`there is no branch ${branch}`), branch));
  if (branches.length === 0 && missing.length === 0) {
    return [itemOf(branchMissing(`no branch is like ${wish.branches.join(" or ")}`))];
  }
  let held: Unknown | undefined;
  for (const branch of branches) {
    const isThere = await hands.branches.hasAll(remote, heads.get(branch)!, wish.commits, signal);
    const need = isThere ? right : behind(operation, repository, branch);
    const key = childKey(operation, { repository: repository.metadata.name, part: branch }, hands.lookup);
    const child = hands.lookup.get(ChangeProposal, key);
    const isHeld = held !== undefined && need.is === "behind" && !child;
    items.push(itemOf(isHeld ? held! : need, branch));
    if (wish.failFast && !held) held = holdsBack(need, child, branch);
  }
  return items;
}

const branchMissing = (what: string): Unknown => ({
  is: "blocked",
  reason: "BranchMissing",
  message: `${what}: push it, or correct spec.backport.branches`,
});

/** The branch has the commits themselves; a proposal that brings the same by others finds that out by itself. */
const right: Need = { is: "right", isAsked: () => true };

function behind(operation: Operation, repository: Repository, branch: string): Extract<Need, { is: "behind" }> {
  const wish = operation.spec.backport!;
  const spec = specOf(operation, wish, repository, branch);
  const wanted = wish.commits.join(" ");
  const isSaid = ({ spec: { change, base } }: ChangeProposal): boolean =>
    base === branch && change.cherryPick?.commits.join(" ") === wanted;
  return { is: "behind", spec, isSaid, endsWithChild: true };
}

/** Why no further branch begins after this one, where one that conflicts stops the others. */
function holdsBack(need: Need, child: ChangeProposal | undefined, branch: string): Unknown | undefined {
  if (need.is !== "behind") return undefined;
  const phase = isCurrent(child, need.isSaid) ? child.status?.phase : undefined;
  const reason = child?.status?.conditions?.find(({ type }) => type === "Stalled")?.reason;
  if (phase === "Blocked" && (reason === "PickConflicts" || reason === "Conflicting")) {
    const message = `does not begin, since ${branch} conflicts: settle that, or set spec.backport.failFast to false`;
    return { is: "blocked", reason: "FailFast", message };
  }
  if (phase !== undefined && phase !== "Pending") return undefined;
  return { is: "waiting", reason: "BranchWaits", message: `begins when it is known whether ${branch} conflicts` };
}
