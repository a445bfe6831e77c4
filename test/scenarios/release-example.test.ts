import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { kinds } from "../../src/schema/index.ts";
import type { Wish } from "../support/memory-cluster.ts";
import { forge } from "../support/objects.ts";
import { ready, status } from "../support/release-world.ts";
import { given } from "../support/world.ts";

const wishes = parseAllDocuments(readFileSync("examples/releases/release.yaml", "utf8")).map((document): Wish => {
  const object = document.toJS() as { kind: string; metadata: { name: string }; spec: Wish["spec"] };
  return { kind: kinds.find(({ kind }) => kind === object.kind)!, name: object.metadata.name, spec: object.spec };
});

const values = "image:\n  tag: 1.9.0 # what is running\n";

test("base branch, line and library of the example are released, each with its own versions", async () => {
  const files = { "charts/gateway/values.yaml": values, "client/client.go": "package client\n" };
  const world = given([forge()], { "acme/gateway": files });
  const there = world.host.get("acme/gateway");
  world.person.tag("acme/gateway", "v1.9.0");
  there.heads.set("release/1.x", there.heads.get("main")!);
  world.person.push("acme/gateway", "release/1.x", { "old.go": "package old\n" }, "fix: close connections");
  world.person.push("acme/gateway", "main", { "new.go": "package new\n" }, "feat!: count requests");
  world.person.push("acme/gateway", "main", { "client/client.go": "package client // !\n" }, "feat: add a client");
  world.apply(...wishes);
  await world.settles();
  for (const { number } of there.pulls) world.person.addCheck("acme/gateway", number, "test", "Passed");
  world.clock.advance(600_000);
  await world.settles();
  assert.match(ready(world, "gateway-next"), /^AwaitingMerge: waits for #\d: AwaitingApproval: /);
  assert.equal(status(world, "gateway-1.x").tag, "v1.9.1");
  assert.equal(status(world, "gateway-1.x").phase, "Released");
  const big = there.pulls.find(({ title }) => title === "chore: release 2.0.0")!;
  for (const by of ["ann", "bob"]) {
    there.roles.set(by, "Write");
    world.person.review("acme/gateway", big.number, "Yes", by);
  }
  world.clock.advance(600_000);
  await world.settles();
  assert.equal(status(world, "gateway-next").phase, "Released");
  const released = there.commits.get(there.tags.get("v2.0.0")!)!.files;
  assert.equal(String(released.get("charts/gateway/values.yaml")), values.replace("1.9.0", "2.0.0"));
  assert.match(String(released.get("CHANGELOG.md")), /\n\nRequests are \*\*counted\*\* now\.\n\n/);
  assert.deepEqual([...there.releases.find(({ tag }) => tag === "v2.0.0")!.assets.keys()], ["gateway.yaml"]);
  const draft = there.pulls.find(({ title }) => title === "chore: release client 0.9.0-rc.1")!;
  world.person.merge("acme/gateway", draft.number);
  await world.settles();
  const page = there.releases.find(({ tag }) => tag === "client/v0.9.0-rc.1")!;
  assert.deepEqual([page.isDraft, page.isPreRelease], [true, true]);
  assert.deepEqual([...there.tags.keys()].sort(), ["client/v0.9.0-rc.1", "v1.9.0", "v1.9.1", "v2.0.0"]);
});
