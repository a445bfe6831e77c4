import type { PlanItem } from "../../schema/release-plan.ts";
import { bounded } from "../bounded.ts";
import { ForgeError, findingOf } from "../errors.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import type { Lookup } from "../ports.ts";
import type { Turn } from "../reconciler.ts";
import { previewOf } from "../release/preview.ts";
import { slugOf, wayTo } from "../way.ts";
import type { Freight } from "./decide.ts";

interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  readonly git: Git;
}

/** How many repositories are looked at at once. */
const width = 8;

/** Whether anything would be released now. Looks no further than to the first that would; what fails is its own. */
export async function freightOf(
  namespace: string,
  items: readonly Pick<PlanItem, "repositoryRef" | "library">[],
  world: World,
  turn: Turn,
): Promise<Freight> {
  let isFound = false;
  const answers = await bounded(items, width, async (item): Promise<Freight> => {
    if (isFound) return { is: "something" };
    const answer = await look(namespace, item, world, turn);
    isFound ||= answer.is === "something";
    return answer;
  });
  if (isFound) return { is: "something" };
  const unknown = answers.filter((answer) => answer.is === "unknown");
  return unknown.find(({ waits }) => waits) ?? unknown[0] ?? { is: "nothing" };
}

async function look(
  namespace: string,
  item: Pick<PlanItem, "repositoryRef" | "library">,
  { lookup, forges, git }: World,
  { signal, log }: Turn,
): Promise<Freight> {
  const { name } = item.repositoryRef;
  const about = item.library === undefined ? name : `${name}/${item.library}`;
  const way = wayTo(lookup, namespace, name);
  if (way.is === "shut") {
    const { verdict, message } = way.finding;
    return { is: "unknown", message: `${about}: ${message}`, waits: verdict !== "stalled" };
  }
  try {
    const remote = (await forges.of(way.forge, signal)).remote(slugOf(way.repository));
    const preview = await previewOf(item, way.repository, { git, remote, signal });
    if (preview.is === "release") return { is: "something" };
    if (preview.is === "nothing") return { is: "nothing" };
    return { is: "unknown", message: `${about}: ${preview.reason}: ${preview.message}`, waits: false };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ForgeError)) log.error({ err: error, repository: name }, "looking for changes failed");
    const { verdict, reason, message } = findingOf(error);
    return { is: "unknown", message: `${about}: ${reason}: ${message}`, waits: verdict !== "stalled" };
  }
}
