import assert from "node:assert/strict";
import { test } from "node:test";
import { Operation } from "../../src/schema/operation.ts";
import { forge, sdk, syncSources } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const zeros = "0".repeat(40);

/** Repositories by name, each with what it follows. */
function fleet(follows: Readonly<Record<string, readonly string[]>>): World {
  const names = Object.keys(follows);
  const librarian = (name: string) => {
    const entries = follows[name]!.map((each) => `  ${each}: {commit: ${zeros}}\n`).join("");
    return { "librarian.yaml": `sources:\n${entries}other: x\n` };
  };
  const objects = names.map((name) => {
    const sources = follows[name]!.map((each) => ({ name: each, repositoryRef: { name: each } }));
    return sdk(name, { dependsOn: [], sources });
  });
  return given(
    [forge(), ...objects, syncSources("sync", { merge: { mode: "WhenChecksPass", allowNoChecks: true } })],
    Object.fromEntries(names.map((name) => [`acme/${name}`, follows[name]!.length > 0 ? librarian(name) : { x: "1" }])),
  );
}

const pulls = (world: World): number => world.repositories.reduce((sum, each) => sum + each.pulls.length, 0);
const attention = (world: World) =>
  Operation.object.parse(world.cluster.get(Operation, "sync")).status!.attention ?? [];
const head = (world: World, name: string): string => world.host.get(`acme/${name}`).heads.get("main")!;
const text = (world: World, name: string): string =>
  String(world.host.get(`acme/${name}`).commits.get(head(world, name))!.files.get("librarian.yaml"));

test("two repositories that pin each other end, and the object names the loop", async () => {
  const world = fleet({ a: ["b"], b: ["a"] });
  await world.settles();
  assert.ok(pulls(world) <= 4, `${pulls(world)} proposals:\n${world.transcript()}`);
  const said = attention(world);
  assert.ok(said.length > 0);
  assert.ok(said.every(({ reason }) => reason === "Loop"));
  assert.match(
    said.map(({ message }) => message).join("\n"),
    /is this operation's own merge, and (a follows b follows a|b follows a follows b): bringing it would never end/,
  );
});

test("what a person pushes to one of them reaches the other, and comes to an end again", async () => {
  const world = fleet({ a: ["b"], b: ["a"] });
  await world.settles();
  for (let round = 1; round <= 3; round++) {
    const before = pulls(world);
    const sha = world.person.push("acme/a", "main", { x: String(round) });
    await world.settles();
    assert.match(text(world, "b"), new RegExp(sha), "the other one follows");
    assert.ok(pulls(world) - before <= 3, `${pulls(world) - before} more proposals`);
  }
});

test("a repository that pins itself ends", async () => {
  const world = fleet({ a: ["a"] });
  await world.settles();
  assert.equal(pulls(world), 1);
  assert.match(attention(world)[0]!.message, /own merge, and a follows a: bringing it would never end/);
  const sha = world.person.push("acme/a", "main", { x: "1" });
  await world.settles();
  assert.equal(pulls(world), 2);
  assert.match(text(world, "a"), new RegExp(sha));
});

test("a ring of three ends as well", async () => {
  const world = fleet({ a: ["c"], b: ["a"], c: ["b"] });
  await world.settles(80);
  const first = pulls(world);
  assert.ok(first <= 9, `${first} proposals`);
  assert.match(attention(world)[0]!.message, /follows .* follows .* follows/);
  world.person.push("acme/a", "main", { x: "1" });
  await world.settles(80);
  assert.ok(pulls(world) - first <= 6, `${pulls(world) - first} more proposals`);
});

test("a chain is no loop: each merge is brought on", async () => {
  const world = fleet({ top: [], middle: ["top"], bottom: ["middle"] });
  await world.settles();
  assert.deepEqual(attention(world), []);
  assert.match(text(world, "middle"), new RegExp(head(world, "top")));
  assert.match(text(world, "bottom"), new RegExp(head(world, "middle")));
  world.person.push("acme/top", "main", { x: "2" });
  await world.settles();
  assert.match(text(world, "bottom"), new RegExp(head(world, "middle")));
  assert.deepEqual(attention(world), []);
});

test("who follows a loop from outside gets what is merged in it", async () => {
  const world = fleet({ a: ["b"], b: ["a"], outside: ["a"] });
  await world.settles();
  assert.match(text(world, "outside"), new RegExp(head(world, "a")));
  assert.ok(attention(world).every(({ name }) => name !== "outside"));
});

test("a person who merges is no way around it", async () => {
  const world = fleet({ a: ["b"], b: ["a"] });
  world.cluster.edit(Operation, "sync", { merge: { mode: "Manual" } });
  for (let round = 0; round < 8; round++) {
    await world.settles();
    for (const { slug, pulls: all } of world.repositories) {
      for (const { number, state } of all) {
        if (state === "Open") world.person.merge(`${slug.owner}/${slug.name}`, number);
      }
    }
  }
  assert.ok(pulls(world) <= 6, `${pulls(world)} proposals`);
  assert.ok(attention(world).some(({ reason }) => reason === "Loop"));
});
