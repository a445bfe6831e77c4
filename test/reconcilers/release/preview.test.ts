import assert from "node:assert/strict";
import { test } from "node:test";
import { previewOf } from "../../../src/reconcilers/release/preview.ts";
import { Repository } from "../../../src/schema/repository.ts";
import { worked } from "../../support/release-world.ts";
import type { World } from "../../support/world.ts";

async function preview(world: World, asked: object = {}) {
  const repository = Repository.object.parse(world.cluster.get(Repository, "app"));
  const remote = world.forge.remote({ owner: "acme", name: "app" });
  const hands = { git: world.replica.git, remote, signal: new AbortController().signal };
  return previewOf({ repositoryRef: { name: "app" }, ...asked }, repository, hands);
}

test("a preview says what would be released, and writes nothing", async () => {
  const world = worked();
  const before = world.host.effects.length;
  const found = await preview(world);
  assert.deepEqual(found.is === "release" && [found.version, found.because, found.previous?.version], [
    "1.3.0",
    "feature: feat: count to three",
    "1.2.3",
  ]);
  assert.equal(world.host.effects.length, before);
});

for (const [about, asked, want] of [
  ["a version that is given", { version: "2.0.0" }, "2.0.0"],
  ["at least a major", { bump: "Major" }, "2.0.0"],
  ["a library that is not there", { library: "x" }, "LibraryUnknown"],
  ["a line that is not there", { branch: "x" }, "LineUnknown"],
  ["a version that does not follow", { version: "1.0.0" }, "VersionTooLow"],
] as const) {
  test(`a preview of ${about}`, async () => {
    const found = await preview(worked(), asked);
    assert.equal(found.is === "release" ? found.version : found.is === "refused" && found.reason, want);
  });
}

test("a preview of a branch that is gone, and of nothing", async () => {
  const world = worked({ branch: "gone" });
  const gone = await preview(world);
  assert.equal(gone.is === "refused" && gone.reason, "BranchMissing");
  const quiet = worked();
  quiet.person.tag("acme/app", "v1.3.0");
  const nothing = await preview(quiet);
  assert.deepEqual([nothing.is, nothing.previous?.version], ["nothing", "1.3.0"]);
});
