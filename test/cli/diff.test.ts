import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { diff } from "../../src/cli/command/diff.ts";
import { CommandError, exitCodes } from "../../src/cli/command.ts";
import { readDocuments } from "../../src/cli/diff/document.ts";
import type { Planned } from "../../src/cli/diff/planner.ts";
import { sceneOf, seen } from "../../src/cli/diff/scene.ts";
import { showPlan } from "../../src/cli/diff/show.ts";
import { Forge } from "../../src/schema/forge.ts";
import { Repository } from "../../src/schema/repository.ts";
import { systemClock } from "../support/system-clock.ts";

const { signal } = new AbortController();
const read = (text: string, namespace = "fleet") => readDocuments(text, { file: "f.yaml", namespace, kinds: seen });
const objects = `
apiVersion: millrace.dev/v1alpha1
kind: Forge
metadata: {name: github}
spec: {credentials: {tokenSecretRef: {name: token}}}
---
apiVersion: v1
kind: Secret
metadata: {name: token}
data: {token: czNjcmV0Cg==}
---
apiVersion: v1
kind: List
items:
  - apiVersion: millrace.dev/v1alpha1
    kind: Repository
    metadata: {name: mill, namespace: other}
    spec: {forgeRef: {name: github}, owner: acme, name: mill}
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}
---
# nothing
`;

const cases: readonly (readonly [string, string, RegExp])[] = [
  ["broken YAML", "a: [", /^f\.yaml, document 1: /],
  [
    "a bomb",
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdefg"].map((name, at) => `${name}: &${name} [${`*${"abcdef"[at]},`.repeat(10)}]`).join("\n")}`,
    /alias/i,
  ],
  ["an object without a name", "apiVersion: v1\nkind: Secret\nmetadata: {}", /the Secret has no name/],
];

for (const [about, text, message] of cases) {
  test(`${about} is a mistake of usage, and says where`, () => {
    assert.throws(
      () => read(text),
      (error) => error instanceof CommandError && error.code === exitCodes.usage && message.test(error.message),
    );
  });
}

test("of a file our objects and Secrets count, those in Lists too, each in its namespace", () => {
  const found = read(objects).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  assert.deepEqual(found, ["Forge fleet/github", "Secret fleet/token", "Repository other/mill"]);
});

test("without a cluster the scene is what the file says, defaults filled in", async () => {
  const { lookup, secrets, proposals } = await sceneOf(read(objects, "other"), undefined, signal);
  assert.equal(lookup.get(Forge, { namespace: "other", name: "github" })?.spec.url, "https://api.github.com");
  assert.deepEqual(
    lookup.list(Repository, "other").map(({ metadata }) => metadata.name),
    ["mill"],
  );
  assert.deepEqual(lookup.list(Repository, "oth"), []);
  assert.equal(await secrets.read("other", { name: "token", key: "token" }, signal), "s3cret");
  assert.equal(await secrets.read("fleet", { name: "token", key: "token" }, signal), undefined);
  assert.deepEqual(proposals, []);
});

test("a field that nobody knows is refused without a cluster as well", async () => {
  const text = objects.replace("spec: {credentials", "spec: {ulr: x, credentials");
  await assert.rejects(
    sceneOf(read(text), undefined, signal),
    /Forge fleet\/github would be refused: unknown spec\.ulr/,
  );
});

const planned: Planned = {
  namespace: "fleet",
  name: "bump",
  repository: "mill",
  diff: "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n",
  calls: ["git push millrace/bump abc (must not exist)"],
  finding: { verdict: "progressing", reason: "ChecksRunning", message: "checks run" },
};

test("a plan shows the change, what would be sent, and where it leads; in colour only for a terminal", () => {
  assert.equal(
    showPlan(planned, false),
    `ChangeProposal fleet/bump, Repository mill

diff --git a/x b/x
--- a/x
+++ b/x
@@ -1 +1 @@
-old
+new

Would be sent:
  git push millrace/bump abc (must not exist)
Then ChecksRunning: checks run.
`,
  );
  assert.ok(showPlan(planned, true).includes("\u001b[32m+new\u001b[0m"));
  assert.ok(showPlan(planned, true).includes("\u001b[1m--- a/x\u001b[0m"));
});

for (const [about, options, message] of [
  ["no file", {}, /nothing to compare/],
  ["a format that there is not", { file: "x", output: "yaml" }, /there is no format "yaml"/],
  ["a file that there is not", { file: "/nowhere/x.yaml", "no-cluster": true }, /cannot be read: ENOENT/],
] as const) {
  test(`with ${about} diff says how it is used`, async () => {
    await assert.rejects(diff.run(contextWith(options)), (error) => {
      assert.ok(error instanceof CommandError);
      assert.equal(error.code, exitCodes.usage);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("a file without a ChangeProposal is no comparison", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-diff-test-"));
  writeFileSync(join(folder, "f.yaml"), objects);
  const options = { file: join(folder, "f.yaml"), "no-cluster": true };
  await assert.rejects(diff.run(contextWith(options)), /there is no ChangeProposal in/);
  rmSync(folder, { recursive: true });
});

const contextWith = (options: Readonly<Record<string, string | boolean>>) => ({
  options,
  arguments: [],
  env: {},
  clock: systemClock,
  random: () => 0.5,
  version: "1",
  root: ".",
  signal,
  out: () => undefined,
  error: () => undefined,
  colour: false,
});
