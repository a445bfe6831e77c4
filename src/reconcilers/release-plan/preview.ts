import type { ReleasePlan } from "../../schema/release-plan.ts";
import { Repository } from "../../schema/repository.ts";
import { bounded } from "../bounded.ts";
import type { Turn } from "../reconciler.ts";
import { type Preview, previewOf } from "../release/preview.ts";
import { slugOf, wayTo } from "../way.ts";
import type { Hands } from "./act.ts";
import { pinsOf } from "./bump.ts";
import { itemOf, partsOf } from "./kin.ts";
import { cut } from "./node.ts";
import type { Sight } from "./observe.ts";
import type { NodeStatus } from "./stage.ts";

/** How many repositories are looked at at once. */
const width = 8;

/** The nodes with the versions that they would be released as now. Reads only. */
export async function previewed(
  nodes: readonly NodeStatus[],
  { observed: { plan }, net, takeBacks }: Sight,
  hands: Hands,
  turn: Turn,
): Promise<readonly NodeStatus[]> {
  const nexts = new Map<string, Told>();
  await bounded(nodes, width, async ({ name }) => {
    const back = takeBacks.get(name);
    const told = back ? { message: `${back.version} is taken back` } : toldOf(await look(plan, name, hands, turn));
    nexts.set(name, told);
  });
  // What is moved by the plan is a fix, so there is something to release then.
  const released = new Map(
    nodes.flatMap((node) => {
      const version = nexts.get(node.name)?.version;
      return version === undefined ? [] : [[node.name, { ...node, phase: "Succeeded", version } as const] as const];
    }),
  );
  return nodes.map((node) => {
    const { version, message } = nexts.get(node.name)!;
    const isMoved = version === undefined && pinsOf(net.edges(node.name), released).length > 0;
    const waits = node.phase === "WaitingFor" ? `${node.message}; ` : "";
    return {
      ...node,
      phase: node.phase === "Held" ? "Ready" : node.phase,
      ...(version !== undefined && { version }),
      message: cut(`${waits}${isMoved ? "it is released for what it builds on" : message}`),
    };
  });
}

interface Told {
  readonly version?: string;
  readonly message: string;
}

function toldOf(preview: Preview | string): Told {
  if (typeof preview === "string") return { message: preview };
  if (preview.is === "release") return { version: preview.version, message: preview.because };
  return { message: preview.is === "nothing" ? preview.message : `${preview.reason}: ${preview.message}` };
}

/** What would be released, or why that is not known. */
async function look(plan: ReleasePlan, node: string, hands: Hands, { signal }: Turn): Promise<Preview | string> {
  const { repository: name, library } = partsOf(node);
  const { namespace } = plan.metadata;
  const way = wayTo(hands.lookup, namespace, name);
  const repository = hands.lookup.get(Repository, { namespace, name });
  if (way.is === "shut" || !repository) return way.is === "shut" ? way.finding.message : "it is gone";
  const item = itemOf(plan, node);
  const asked = {
    repositoryRef: { name },
    ...(library !== undefined && { library }),
    ...(item?.version !== undefined && { version: item.version }),
    bump: item?.bump ?? "Auto",
  };
  const remote = (await hands.forges.of(way.forge, signal)).remote(slugOf(repository));
  return previewOf(asked, repository, { git: hands.git, remote, signal });
}
