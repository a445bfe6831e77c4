import assert from "node:assert/strict";
import { test } from "node:test";
import { behind, othersOf } from "../../src/reconcilers/repository/behind.ts";
import { edgesOf } from "../../src/reconcilers/repository/edges.ts";
import { Repository } from "../../src/schema/repository.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const get = (world: World, name: string) => Repository.object.parse(world.cluster.get(Repository, name));
const lookup = (world: World) => ({
  get: (_: unknown, { name }: { readonly name: string }) => {
    const raw = world.cluster.get(Repository, name);
    return raw && Repository.object.parse(raw);
  },
});
const edges = (world: World, name: string) => edgesOf(get(world, name), lookup(world) as never);

const goMod = (module: string, ...requires: readonly string[]): string =>
  `module example.com/acme/${module}\n\nrequire (\n${requires.map((each) => `\texample.com/acme/${each}\n`).join("")}\texample.com/other/x v1.0.0\n)\n`;

test("manifests give edges, in whatever order repositories come, and the graph has them", async () => {
  const world = given([forge(), repository("sdk"), repository("auth"), repository("apis")], {
    "acme/sdk": { "go.mod": goMod("sdk", "auth/v2 v2.1.0", "apis v0.3.0") },
    "acme/auth": { "go.mod": goMod("auth/v2", "apis v0.2.0") },
    "acme/apis": { "go.mod": "module example.com/acme/apis\n" },
  });
  await world.settles();
  const { manifests, drift, graph } = get(world, "sdk").status!;
  assert.deepEqual(manifests, {
    others: othersOf(["golang:example.com/other/x"]),
    provides: [{ name: "golang:example.com/acme/sdk", path: "go.mod" }],
    requires: [
      { node: "apis", name: "example.com/acme/apis", path: "go.mod", range: "v0.3.0" },
      { node: "auth", name: "example.com/acme/auth/v2", path: "go.mod", range: "v2.1.0" },
    ],
  });
  assert.deepEqual(drift, { undeclared: ["apis", "auth"], unused: [] });
  assert.deepEqual(graph, { position: 2, dependsOn: 2, dependents: 0 });
  assert.deepEqual(get(world, "apis").status!.graph, { position: 0, dependsOn: 0, dependents: 2 });
  assert.deepEqual(edges(world, "auth"), [
    { node: "auth", name: "apis", via: "Manifest", path: "go.mod", requires: "example.com/acme/apis", isDerived: true },
  ]);
});

test("what is declared and what the manifest says come together, and what differs is told", async () => {
  const world = given(
    [
      forge(),
      repository("sdk", {
        dependsOn: [
          { name: "auth", via: "Manifest", path: "package.json", range: "^1", onMajor: "RequireApproval" },
          { name: "apis" },
          { name: "log", via: "Manifest", path: "package.json" },
        ],
      }),
      ...["auth", "apis", "log", "extra"].map((name) => repository(name)),
    ],
    {
      "acme/sdk": {
        "package.json": `{"name": "@acme/sdk", "dependencies": {"@acme/auth": "^1.2.3", "@acme/extra": "*", "react": "^18"}, "devDependencies": {"@acme/log": "1"}}`,
      },
      ...Object.fromEntries(
        ["auth", "apis", "log", "extra"].map((name) => [
          `acme/${name}`,
          { "package.json": `{"name": "@acme/${name}"}` },
        ]),
      ),
    },
  );
  await world.settles();
  assert.deepEqual(get(world, "sdk").status!.drift, { undeclared: ["extra"], unused: ["log"] });
  assert.deepEqual(edges(world, "sdk"), [
    {
      ...{ node: "sdk", name: "auth", via: "Manifest", path: "package.json", requires: "@acme/auth" },
      ...{ range: "^1", onMajor: "RequireApproval" },
    },
    { node: "sdk", name: "apis", via: "Declared" },
    { node: "sdk", name: "log", via: "Manifest", path: "package.json" },
    { node: "sdk", name: "extra", via: "Manifest", path: "package.json", requires: "@acme/extra", isDerived: true },
  ]);
});

test("libraries are nodes: their manifests, versions and edges are their own", async () => {
  const world = given(
    [
      forge(),
      repository("mono", {
        release: {
          libraries: [
            { name: "core", path: "crates/core", tagFormat: "core-v{version}" },
            { name: "cli", path: "crates/cli", tagFormat: "cli-v{version}" },
          ],
        },
      }),
      repository("app", { dependsOn: [{ name: "mono/cli" }] }),
    ],
    {
      "acme/mono": {
        "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
        "crates/core/Cargo.toml": '[package]\nname = "acme-core"\n',
        "crates/cli/Cargo.toml":
          '[package]\nname = "cli"\n[dependencies]\nacme_core = { path = "../core", version = "0.1" }\n',
        "crates/other/Cargo.toml": '[package]\nname = "other"\n',
      },
      "acme/app": { "Cargo.toml": '[package]\nname = "app"\n[dependencies]\nacme-core = "0.1"\n' },
    },
  );
  for (const tag of ["core-v0.1.0", "core-v0.2.0", "cli-v1.0.0"]) world.person.tag("acme/mono", tag);
  await world.settles();
  const { libraries, manifests } = get(world, "mono").status!;
  assert.deepEqual(libraries, [
    { name: "core", version: "0.2.0" },
    { name: "cli", version: "1.0.0" },
  ]);
  assert.deepEqual(
    manifests?.provides.map(({ name }) => name),
    ["cargo:cli", "cargo:acme-core", "cargo:other"],
  );
  assert.deepEqual(edges(world, "mono"), [
    {
      ...{ node: "mono/cli", name: "mono/core", via: "Manifest", path: "crates/cli/Cargo.toml" },
      ...{ requires: "acme_core", isDerived: true },
    },
  ]);
  assert.deepEqual(
    edges(world, "app").map(({ node, name }) => [node, name]),
    [
      ["app", "mono/cli"],
      ["app", "mono/core"],
    ],
  );
  assert.equal(get(world, "app").status!.graph?.position, 2);
  assert.equal(get(world, "mono").status!.graph?.dependents, 1);
});

test("an edge comes and goes with the manifest, with who provides, and with the wish to have it", async () => {
  const world = given([forge(), repository("sdk")], {
    "acme/sdk": { "go.mod": goMod("sdk", "auth v1.0.0") },
    "acme/auth": { "go.mod": "module example.com/acme/auth\n" },
  });
  await world.settles();
  assert.deepEqual(edges(world, "sdk"), []);

  world.apply(repository("auth"));
  await world.settles();
  assert.equal(edges(world, "sdk").length, 1, "somebody provides it now");

  world.person.push("acme/auth", "main", { "go.mod": "module example.com/acme/renamed\n" });
  await world.settles();
  assert.equal(edges(world, "sdk").length, 0, "nobody provides it any more");

  world.person.push("acme/auth", "main", { "go.mod": "module example.com/acme/auth\n" });
  await world.settles();
  assert.equal(edges(world, "sdk").length, 1, "and now it is there again");

  world.person.push("acme/auth", "main", { "go.mod": "module example.com/acme/renamed\n" });
  await world.settles();

  world.person.push("acme/sdk", "main", { "go.mod": goMod("sdk", "renamed v1.0.0") });
  await world.settles();
  assert.equal(edges(world, "sdk").length, 1);

  world.cluster.edit(Repository, "sdk", { manifests: "Ignore" });
  await world.settles();
  assert.equal(edges(world, "sdk").length, 0);
  assert.equal(get(world, "sdk").status!.manifests, undefined);
});

test("a cycle that manifests make is told with the manifest, and only what hangs off it stands still", async () => {
  const world = given([forge(), repository("a"), repository("b"), repository("c"), repository("d")], {
    "acme/a": { "go.mod": goMod("a", "b v1.0.0") },
    "acme/b": { "go.mod": goMod("b", "a v1.0.0") },
    "acme/c": { "go.mod": goMod("c", "a v1.0.0") },
    "acme/d": { "go.mod": "broken (" },
  });
  await world.settles();
  world.shows(`
    Repository/a: DependencyCycle, it depends on itself: a -> b -> a; go.mod gives the first of these edges: take it out there, or let kubectl -n fleet patch repository a --type=merge -p '{"spec":{"manifests":"Ignore"}}'
    Repository/b: DependencyCycle, it depends on itself: b -> a -> b; go.mod gives the first of these edges: take it out there, or let kubectl -n fleet patch repository b --type=merge -p '{"spec":{"manifests":"Ignore"}}'
    Repository/c: DependencyBlocked, it builds on a, which cannot be put in order: c -> a; see kubectl describe repository a
  `);
});

test("it is seen of a repository that what it requires is provided by now, until its edges say so", async () => {
  const world = given([forge()], {
    "acme/alpha": { "go.mod": goMod("alpha", "zeta v1.0.0") },
    "acme/zeta": { "go.mod": goMod("zeta") },
  });
  await world.settles();
  world.apply(repository("alpha"));
  world.apply(repository("zeta"));
  const reconciler = world.replica.reconcilers.find(({ kind }) => kind === Repository)!;
  const seen: string[] = [];
  for (const name of ["alpha", "zeta", "alpha"]) {
    world.replica.view.refresh();
    await world.replica.turn(reconciler, `Repository/${name}`);
    const all = ["alpha", "zeta"].map((each) => get(world, each));
    seen.push(behind(all, new Set(["alpha", "zeta"])).join(" "));
    assert.deepEqual(behind(all, new Set(["zeta"])), [], "only those that are asked about");
    const suspended = all.map((each) => ({ ...each, spec: { ...each.spec, suspend: true } }));
    assert.deepEqual(behind(suspended, new Set(["alpha", "zeta"])), [], "what is left alone will never say so");
  }
  assert.deepEqual(seen, ["", "alpha", ""]);
  assert.equal(edges(world, "alpha").length, 1);
});
