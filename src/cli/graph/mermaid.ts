import type { Fleet } from "./model.ts";
import { driftLines, troubleOf } from "./text.ts";

/**
 * A fleet as a Mermaid flow chart, which GitHub and Gitea draw in Markdown; what only manifests say is dotted. Names are
 * Kubernetes', so they need no escaping.
 */
export function drawMermaid(fleet: Fleet): string {
  const { vertices, criticalPath } = fleet;
  const id = new Map(vertices.map(({ name }, at) => [name, `n${at}`]));
  const ghosts = new Set(vertices.flatMap(({ place }) => (place.is === "missing" ? place.names : [])));
  for (const name of ghosts) if (!id.has(name)) id.set(name, `m${id.size}`);
  const heavy = new Set(criticalPath.slice(1).map((name, at) => `${criticalPath[at]} ${name}`));
  const lines: string[] = [];
  const bold: number[] = [];
  for (const { name, dependsOn, derived } of vertices) {
    for (const each of dependsOn) {
      if (heavy.has(`${each} ${name}`)) bold.push(lines.length);
      lines.push(`  ${id.get(each)} ${derived.includes(each) ? "-.->" : "-->"} ${id.get(name)}`);
    }
  }
  return `${[
    "flowchart LR",
    ...vertices.map(({ name, version }) => `  ${id.get(name)}["${name}${version ? `<br/>${entity(version)}` : ""}"]`),
    ...[...ghosts].map((name) => `  ${id.get(name)}["${name}<br/>not there"]:::trouble`),
    ...lines,
    ...(bold.length > 0 ? [`  linkStyle ${bold.join(",")} stroke-width:3px`] : []),
    "  classDef critical stroke-width:3px",
    "  classDef trouble stroke-dasharray:4 3",
    ...classOf(
      "critical",
      vertices.filter(({ isCritical }) => isCritical),
    ),
    ...classOf(
      "trouble",
      vertices.filter(({ place }) => place.is !== "placed"),
    ),
    ...vertices
      .filter(({ place }) => place.is !== "placed")
      .map((vertex) => `  %% ${vertex.name}: ${troubleOf(vertex)}`),
    ...driftLines(fleet).map((line) => `  %% drift: ${line}`),
  ].join("\n")}\n`;

  function classOf(kind: string, of: readonly { readonly name: string }[]): readonly string[] {
    return of.length > 0 ? [`  class ${of.map(({ name }) => id.get(name)).join(",")} ${kind}`] : [];
  }
}

const entity = (text: string): string => text.replace(/[^-.+A-Za-z0-9]/g, (each) => `#${each.codePointAt(0)};`);
