import assert from "node:assert/strict";
import { test } from "node:test";
import { crossings, layersOf } from "../../src/cli/graph/layer.ts";
import { drawMermaid } from "../../src/cli/graph/mermaid.ts";
import { fleetOf } from "../../src/cli/graph/model.ts";
import { drawSvg } from "../../src/cli/graph/svg.ts";
import { drawText } from "../../src/cli/graph/text.ts";
import type { Repository } from "../../src/schema/repository.ts";
import { mulberry32 } from "../support/random.ts";

/** `web 1.2.0: api db` is a repository with a release and two dependencies. */
const repositories = (text: string): Repository[] =>
  text.split(",").map((each) => {
    const [title = "", needs = ""] = each.trim().split(":");
    const [name = "", version] = title.split(" ");
    return {
      metadata: { name },
      spec: {
        dependsOn: needs.split(" ").flatMap((to) => (to ? [{ name: to }] : [])),
        sources: [],
        release: { libraries: [] },
      },
      status: version ? { latestRelease: { version } } : {},
    } as unknown as Repository;
  });

const text = (given: string, focus?: string): string =>
  drawText(fleetOf(repositories(given), focus), (part, how) => (how === "strong" ? `*${part}*` : part));

const fleet = "apis 1.4.0, auth, sdk-go: apis auth, sdk-node: apis, gateway: sdk-go, portal: sdk-node gateway";

test("a fleet is drawn step by step, the longest chain stands out, and each says what builds on it", () => {
  assert.equal(
    text(fleet),
    `first   *apis 1.4.0*  4 build on it, a single point of failure
        auth        3 build on it, a single point of failure
step 1  sdk-node    needs apis; 1 build on it
        *sdk-go    *  needs apis, auth; 2 build on it, a single point of failure
step 2  *gateway   *  needs sdk-go; 1 build on it
step 3  *portal    *  needs gateway, sdk-node

6 repositories, 6 edges
longest chain: apis -> sdk-go -> gateway -> portal
single points of failure: apis, auth, sdk-go
`,
  );
});

test("around one repository only what it builds on and what builds on it is drawn", () => {
  const around = text(fleet, "sdk-node");
  assert.match(around, /apis/);
  assert.match(around, /portal +.*needs sdk-node$/m);
  assert.doesNotMatch(around, /gateway|auth/);
});

test("what has no place says why, by its path", () => {
  const drawn = text("a: b, b: a, c: a, d: ghost, e");
  assert.match(drawn, /^nowhere a depends on itself: a -> b -> a$/m);
  assert.match(drawn, /^nowhere c hangs off trouble: c -> a$/m);
  assert.match(drawn, /^nowhere d depends on ghost, which is not there$/m);
  assert.match(text("").trim(), /0 build|there are no repositories|1 repositories/);
});

test("Mermaid has every repository, every edge and the missing one once", () => {
  const drawn = drawMermaid(fleetOf(repositories(`${fleet}, lost: ghost`)));
  assert.equal([...drawn.matchAll(/-->/g)].length, 7);
  assert.equal([...drawn.matchAll(/ghost<br\/>not there/g)].length, 1);
  assert.match(drawn, /linkStyle [\d,]+ stroke-width:3px/);
});

test("the picture is well-formed whatever the versions say, and lines end at boxes", () => {
  const drawn = drawSvg(fleetOf(repositories('apis <b>&", sdk: apis')));
  assert.match(drawn, /&lt;b&gt;&amp;&quot;/);
  assert.doesNotMatch(drawn, /NaN|undefined|<b>/);
  assert.equal([...drawn.matchAll(/<rect class="box/g)].length, 2);
});

test("layers have fewer crossings than before, never more, and every line is whole", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = mulberry32(seed);
    const given = Array.from({ length: 25 }, (_, at) => {
      const needs = Array.from({ length: Math.floor(random() * 3) }, () => `r${Math.floor(random() * at)}`);
      return `r${at}: ${at === 0 ? "" : needs.join(" ")}`;
    });
    const drawn = fleetOf(repositories(given.join(",")));
    const { layers, segments } = layersOf(drawn);
    const plain = layers.map((layer) => layer.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    assert.ok(crossings(layers, segments) <= crossings(plain, segments), `seed ${seed}`);
    const edges = new Set(segments.map(({ line }) => line.join(" ")));
    assert.equal(
      edges.size,
      drawn.vertices.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0),
    );
    const layerOf = new Map(layers.flatMap((layer, at) => layer.map(({ key }) => [key, at] as const)));
    for (const { from, to } of segments) assert.equal(layerOf.get(to)! - layerOf.get(from)!, 1);
  }
});

const withManifests = (): Repository[] => {
  const [mono, app] = repositories("mono 1.0.0, app: mono") as [Repository, Repository];
  return [
    {
      ...mono,
      spec: {
        ...mono.spec,
        release: {
          ...mono.spec.release,
          libraries: [{ name: "core", path: "core", dependsOn: [], excludePaths: [] }],
        },
        dependsOn: [{ name: "app", via: "Manifest", path: "go.mod" }],
      },
      status: {
        ...mono.status,
        libraries: [{ name: "core", version: "0.3.0" }],
        drift: { undeclared: [], unused: ["app"] },
      },
    } as unknown as Repository,
    {
      ...app,
      status: {
        drift: { undeclared: ["mono/core"], unused: [] },
        manifests: { provides: [], requires: [{ node: "mono/core", name: "core", path: "go.mod", range: "v1.0.0" }] },
      },
    } as unknown as Repository,
  ];
};

test("libraries are drawn as nodes, what only manifests say has a mark, and where the two differ is told", () => {
  const [mono, app] = withManifests() as [Repository, Repository];
  const { drift: _, ...status } = mono.status!;
  const plain = { ...mono, spec: { ...mono.spec, dependsOn: [] }, status };
  const drawn = drawText(fleetOf([plain, app]), (part) => part);
  assert.equal(
    drawn,
    `first   mono 1.0.0       1 build on it
        mono/core 0.3.0  1 build on it
step 1  app              needs mono, mono/core*

2 repositories, 1 library, 2 edges
longest chain: mono -> app
drift (*): app requires mono/core by its manifests and does not declare it
`,
  );
  assert.match(drawMermaid(fleetOf([plain, app])), /n2 -\.-> n0[\s\S]*%% drift: app requires mono\/core/);
  assert.match(drawSvg(fleetOf([plain, app])), /class="line derived"[\s\S]*dashed: by manifests alone/);
  assert.deepEqual(
    fleetOf([plain, app], "mono/core").vertices.map(({ name }) => name),
    ["app", "mono/core"],
  );
  assert.equal(fleetOf([plain, app], "mono").vertices.length, 3, "a repository comes with its libraries");
  assert.match(
    drawText(fleetOf([mono, app]), (part) => part),
    /mono declares app via Manifest, and no manifest requires it/,
  );
});
