import type { NodePhase, ReleasePlan } from "../../schema/release-plan.ts";
import { layersOf } from "../graph/layer.ts";
import type { Fleet, Vertex } from "../graph/model.ts";

type Node = NonNullable<NonNullable<ReleasePlan["status"]>["nodes"]>[number];

/** What a node is at, in a word or two. */
const words: Readonly<Record<NodePhase, string>> = {
  WaitingFor: "waits",
  Held: "held",
  Ready: "begins",
  Bumping: "takes new versions",
  Releasing: "is released",
  Verifying: "is verified",
  Succeeded: "released",
  Unchanged: "unchanged",
  Failed: "failed",
  Skipped: "skipped",
};

/** Columns are at least so wide, so that they stand still while words change. */
const least = [5, 10, 18, 24];

/** A line of the picture for each repository of a plan, in the order of the graph: what stands below builds on what is above. */
export function pictureOf(fleet: Fleet, nodes: readonly Node[]): readonly string[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const steps = layersOf(fleet)
    .layers.map((cells) => cells.flatMap(({ vertex }) => (vertex && byName.has(vertex.name) ? [vertex] : [])))
    .filter((step) => step.length > 0);
  const rows = steps.flatMap((step, depth) =>
    step.map((vertex, at) => rowOf(vertex, byName, { depth, isFirst: at === 0 })),
  );
  const width = (column: number): number => Math.max(least[column] ?? 0, ...rows.map((row) => row[column]!.length));
  const widths = least.map((_, column) => width(column));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function rowOf(
  { name, dependsOn }: Vertex,
  nodes: ReadonlyMap<string, Node>,
  { depth, isFirst }: { readonly depth: number; readonly isFirst: boolean },
): readonly string[] {
  const { phase, before, version, pullRequest, message } = nodes.get(name)!;
  const isOver = phase === "Succeeded";
  const needs = dependsOn.filter((each) => nodes.has(each));
  const versions = version === undefined || version === before ? (before ?? "") : `${before ?? "new"} -> ${version}`;
  const at = phase === "Failed" || phase === "Skipped" || phase === "Held" ? message : pullRequest;
  return [
    isFirst ? (depth === 0 ? "first" : "then") : "",
    name,
    versions,
    [words[phase], isOver ? undefined : at].filter(Boolean).join(" "),
    needs.length > 0 ? `needs ${needs.join(", ")}` : "",
  ];
}
