import type { Edit } from "../../schema/edit.ts";
import type { ReleasePlan } from "../../schema/release-plan.ts";
import { parseVersion } from "../../sequencer/version.ts";
import { pinEdits } from "../manifest/pin-edits.ts";
import type { GraphEdge } from "../repository/edges.ts";
import { mergeOf } from "./child.ts";
import { partsOf } from "./kin.ts";
import { takes } from "./range.ts";
import type { NodeStatus } from "./stage.ts";

/** A version that a node requires, and that was released by the plan. */
export interface Pin {
  readonly edge: GraphEdge & { readonly path: string; readonly requires: string };
  readonly version: string;
  /** Version that the dependency had before. */
  readonly before: string | undefined;
  /** Whether it is beyond what the edge takes by itself. */
  readonly isMajor: boolean;
}

/** What of a node has to be moved, by what the plan released below it: one proposal has all of it. Pure. */
export function pinsOf(edges: readonly GraphEdge[], nodes: ReadonlyMap<string, NodeStatus>): readonly Pin[] {
  return edges.flatMap((edge): readonly Pin[] => {
    const { path, requires } = edge;
    const { phase, version, before } = nodes.get(edge.name) ?? {};
    if (phase !== "Succeeded" || version === undefined || path === undefined || requires === undefined) return [];
    const isMajor = isBeyond(edge, version, before);
    if (isMajor && edge.onMajor === "Ignore") return [];
    return [{ edge: { ...edge, path, requires }, version, before, isMajor }];
  });
}

function isBeyond({ range }: GraphEdge, version: string, before: string | undefined): boolean {
  if (range !== undefined && !takes(range, version)) return true;
  const [old, young] = [before && parseVersion(before), parseVersion(version)];
  return old !== undefined && old !== "" && young !== undefined && old.core[0] !== young.core[0];
}

/** The edits that move these pins. Pins of one file build on each other. `read` gives undefined where there is no such file. */
export async function editsOf(
  pins: readonly Pin[],
  read: (path: string) => Promise<string | undefined>,
): Promise<{ readonly edits: readonly Edit[]; readonly moved: readonly Pin[] }> {
  const edits: Edit[] = [];
  const moved: Pin[] = [];
  for (const pin of pins) {
    const { path, requires: name } = pin.edge;
    const text = await read(path);
    const own = text === undefined ? undefined : pinEdits({ path, text, name, version: pin.version });
    if (own === undefined || own.length === 0) continue;
    edits.push(...own);
    moved.push(pin);
  }
  return { edits, moved };
}

/** What the proposal for these pins says. The same pins give the same, whenever it is asked for. */
export function bumpOf(plan: ReleasePlan, node: string, moved: readonly Pin[], edits: readonly Edit[]): object {
  const needsApproval = moved.some(({ isMajor, edge }) => isMajor && edge.onMajor === "RequireApproval");
  return {
    repositoryRef: { name: partsOf(node).repository },
    title: titleOf(moved),
    about: {
      why: `Plan ${plan.metadata.name} released what this builds on.`,
      origins: moved.slice(0, 32).map(({ edge, before, version }) => ({
        name: edge.requires.slice(0, 253),
        ...(before !== undefined && { from: before }),
        to: version,
      })),
      next: `Once it is merged, ${node} is released by the same plan.`,
    },
    change: { edits },
    merge: mergeOf(plan, needsApproval),
    priority: "Bump",
  };
}

/** A conventional commit, so that the release that follows knows of it. */
function titleOf(moved: readonly Pin[]): string {
  const each = [...new Set(moved.map(({ edge, version }) => `${edge.requires} to ${version}`))];
  const title = `fix(deps): move ${each.join(", ")}`;
  return title.length <= 100 ? title : `fix(deps): move ${each.length} dependencies`;
}
