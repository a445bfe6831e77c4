import { type Cell, type Layers, layersOf, type Segment } from "./layer.ts";
import type { Fleet, Vertex } from "./model.ts";
import { sizeOf, troubleOf } from "./text.ts";

/** Measures in pixels. */
const box = { width: 168, height: 44, gapX: 92, gapY: 20 } as const;
const margin = 24;
/** A line that passes through a layer needs less room than a box. */
const passing = 14;

interface Point {
  readonly x: number;
  readonly y: number;
}

const style = `
  text{font:13px system-ui,sans-serif;fill:#1f2328}
  .small{font-size:11px;fill:#59636e}
  .box{fill:#fff;stroke:#818b98}
  .critical{stroke:#bc4c00;stroke-width:2}
  .line{fill:none;stroke:#818b98;stroke-width:1.2}
  .derived{stroke-dasharray:5 4}
  .heavy{stroke:#0969da;stroke-width:2.4}
  .back{fill:#f6f8fa}
  @media (prefers-color-scheme:dark){
    text{fill:#f0f6fc}.small{fill:#9198a1}.box{fill:#151b23;stroke:#656c76}.critical{stroke:#db6d28}
    .heavy{stroke:#4493f8}.back{fill:#0d1117}
  }`;

/** A fleet as a picture that stands by itself: what is released first on the left, the longest chain in blue, and what only manifests say dashed. */
export function drawSvg(fleet: Fleet): string {
  const layers = layersOf(fleet);
  const places = placesOf(layers);
  const chain = new Set(fleet.criticalPath.slice(1).map((name, at) => `${fleet.criticalPath[at]}\0${name}`));
  const lowest = Math.max(0, ...[...places.values()].map(({ y }) => y + box.height));
  const width = Math.max(320, layers.layers.length * (box.width + box.gapX) - box.gapX + 2 * margin);
  const height = lowest + margin + layers.unplaced.length * 20 + 36;
  const derived = new Set(fleet.vertices.flatMap((each) => each.derived.map((name) => `${name}\0${each.name}`)));
  const lines = [...layers.segments].sort(
    (a, b) => Number(chain.has(a.line.join("\0"))) - Number(chain.has(b.line.join("\0"))),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Dependencies of ${fleet.vertices.length} repositories">
<style>${style}
</style>
<rect class="back" width="100%" height="100%"/>
${lines.map((segment) => lineOf(segment, places, { chain, derived })).join("\n")}
${layers.layers.flatMap((cells) => cells.flatMap(({ vertex }) => (vertex ? [boxOf(vertex, places.get(vertex.name)!)] : []))).join("\n")}
${layers.unplaced.map((vertex, at) => `<text x="${margin}" y="${lowest + margin + 16 + at * 20}">${escaped(`${vertex.name}: ${troubleOf(vertex)}`)}</text>`).join("\n")}
<text class="small" x="${margin}" y="${height - 14}">${escaped(legendOf(fleet))}</text>
</svg>
`;
}

function legendOf(fleet: Fleet): string {
  const { criticalPath, drift } = fleet;
  const chain = criticalPath.length > 0 ? `; longest chain: ${criticalPath.join(" → ")}` : "";
  const dashed = drift.length > 0 ? "; dashed: by manifests alone" : "";
  return `${sizeOf(fleet)}${chain}${dashed}`;
}

/** The left upper corner of every box, and of every place where a line passes through; layers are centred. */
function placesOf({ layers }: Layers): ReadonlyMap<string, Point> {
  const heightOf = ({ vertex }: Cell): number => (vertex ? box.height : passing);
  const total = (cells: readonly Cell[]): number =>
    cells.reduce((sum, cell) => sum + heightOf(cell) + box.gapY, -box.gapY);
  const tallest = Math.max(0, ...layers.map(total));
  const places = new Map<string, Point>();
  for (const [at, cells] of layers.entries()) {
    let y = margin + (tallest - total(cells)) / 2;
    for (const cell of cells) {
      places.set(cell.key, { x: margin + at * (box.width + box.gapX), y });
      y += heightOf(cell) + box.gapY;
    }
  }
  return places;
}

function lineOf(
  { from, to, line }: Segment,
  places: ReadonlyMap<string, Point>,
  { chain, derived }: { readonly chain: ReadonlySet<string>; readonly derived: ReadonlySet<string> },
): string {
  const isBox = (key: string): boolean => !key.includes("\0");
  const middle = (key: string): number => places.get(key)!.y + (isBox(key) ? box.height : passing) / 2;
  const [x1, x2] = [places.get(from)!.x + box.width, places.get(to)!.x];
  const [y1, y2] = [middle(from), middle(to)];
  // A passing line goes on straight through its layer.
  const through = isBox(to) ? "" : ` H ${x2 + box.width}`;
  const half = (x1 + x2) / 2;
  const ends = line.join("\0");
  const kind = `line${chain.has(ends) ? " heavy" : ""}${derived.has(ends) ? " derived" : ""}`;
  return `<path class="${kind}" d="M ${x1} ${y1} C ${half} ${y1} ${half} ${y2} ${x2} ${y2}${through}"/>`;
}

function boxOf({ name, version, blastRadius, isCritical }: Vertex, { x, y }: Point): string {
  const shown = name.length > 22 ? `${name.slice(0, 21)}…` : name;
  const facts = [...(version ? [version] : []), ...(blastRadius > 0 ? [`${blastRadius} build on it`] : [])].join(" · ");
  return `<g><title>${escaped(name)}</title><rect class="box${isCritical ? " critical" : ""}" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/><text x="${x + 10}" y="${y + (facts ? 18 : 27)}">${escaped(shown)}</text>${facts ? `<text class="small" x="${x + 10}" y="${y + 35}">${escaped(facts)}</text>` : ""}</g>`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (each) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[each]!);
