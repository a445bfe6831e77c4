import { layersOf } from "./layer.ts";
import type { Fleet, Vertex } from "./model.ts";

/** Makes text stand out, or step back, where colour is to be had. */
export type Paint = (text: string, how: "strong" | "faint") => string;

/**
 * A fleet as lines of text, step by step: what stands in a step depends only on what stands above it. The longest chain stands
 * out.
 */
export function drawText(fleet: Fleet, paint: Paint): string {
  const { layers, unplaced } = layersOf(fleet);
  const chain = new Set(fleet.criticalPath);
  const width = Math.max(0, ...fleet.vertices.map((vertex) => titleOf(vertex).length));
  const line = (vertex: Vertex, head: string): string => {
    const title = titleOf(vertex).padEnd(width);
    const facts = [needsOf(vertex), weightOf(vertex)].filter(Boolean).join("; ");
    return `${paint(head.padEnd(8), "faint")}${chain.has(vertex.name) ? paint(title, "strong") : title}  ${facts}`.trimEnd();
  };
  const steps = layers.flatMap((cells, step) =>
    cells
      .flatMap(({ vertex }) => (vertex ? [vertex] : []))
      .map((vertex, at) => line(vertex, at > 0 ? "" : step === 0 ? "first" : `step ${step}`)),
  );
  const trouble = unplaced.map((vertex) => `${"nowhere".padEnd(8)}${vertex.name} ${troubleOf(vertex)}`);
  return `${[...steps, ...trouble, ...summaryOf(fleet)].join("\n")}\n`;
}

/** What only a manifest says has a mark. */
const needsOf = ({ dependsOn, derived }: Vertex): string =>
  dependsOn.length > 0
    ? `needs ${dependsOn.map((name) => (derived.includes(name) ? `${name}*` : name)).join(", ")}`
    : "";

const titleOf = ({ name, version }: Vertex): string => (version === undefined ? name : `${name} ${version}`);

const weightOf = ({ blastRadius, isCritical }: Vertex): string => {
  if (blastRadius === 0) return "";
  return isCritical ? `${blastRadius} build on it, a single point of failure` : `${blastRadius} build on it`;
};

/** What keeps a vertex without a place. */
export function troubleOf({ name, place }: Vertex): string {
  switch (place.is) {
    case "cycle":
      return `depends on itself: ${place.path.join(" -> ")}`;
    case "missing":
      return `depends on ${place.names.join(", ")}, which ${place.names.length === 1 ? "is" : "are"} not there`;
    case "stuck":
      return `hangs off trouble: ${place.path.join(" -> ")}`;
    case "placed":
      return `is at ${name}`;
  }
}

/** How many there are of what, as people say it. */
export function sizeOf({ vertices }: Fleet): string {
  const libraries = vertices.filter(({ name }) => name.includes("/")).length;
  const among = libraries === 0 ? "" : libraries === 1 ? ", 1 library" : `, ${libraries} libraries`;
  return `${vertices.length - libraries} repositories${among}`;
}

/** Where what is declared and what manifests say differ, a line for each. */
export const driftLines = ({ drift }: Fleet): readonly string[] =>
  drift.flatMap(({ name, undeclared, unused }) => [
    ...(undeclared.length > 0
      ? [`${name} requires ${undeclared.join(", ")} by its manifests and does not declare it`]
      : []),
    ...(unused.length > 0 ? [`${name} declares ${unused.join(", ")} via Manifest, and no manifest requires it`] : []),
  ]);

function summaryOf(fleet: Fleet): readonly string[] {
  const { vertices, criticalPath } = fleet;
  if (vertices.length === 0) return ["there are no repositories"];
  const edges = vertices.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
  const single = vertices.filter(({ isCritical }) => isCritical).map(({ name }) => name);
  return [
    "",
    `${sizeOf(fleet)}, ${edges} edges`,
    ...(criticalPath.length > 0 ? [`longest chain: ${criticalPath.join(" -> ")}`] : []),
    ...(single.length > 0 ? [`single points of failure: ${single.join(", ")}`] : []),
    ...driftLines(fleet).map((line, at) => (at === 0 ? `drift (*): ${line}` : `           ${line}`)),
  ];
}
