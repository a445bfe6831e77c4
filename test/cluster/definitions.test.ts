import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { kinds } from "../../src/schema/index.ts";
import { assets, type ControlPlane, missingAssets, startControlPlane } from "../support/control-plane.ts";
import { eventually } from "../support/eventually.ts";

const run = promisify(execFile);

describe("our definitions on a real API server", { skip: missingAssets() }, () => {
  let plane: ControlPlane;
  const kubectl = (...args: readonly string[]) =>
    run(join(assets()!, "kubectl"), ["--kubeconfig", plane.kubeconfig, ...args]);
  before(async () => {
    plane = await startControlPlane({ controllers: false });
  });
  after(() => plane?.close());

  test("kubectl applies every file without a warning, and a second time without a change", async () => {
    const first = await kubectl("apply", "-f", "crds");
    assert.equal(first.stderr, "");
    assert.equal(first.stdout.match(/ created$/gm)?.length, kinds.length, first.stdout);
    const second = await kubectl("apply", "-f", "crds");
    assert.equal(second.stderr, "");
    assert.equal(second.stdout.match(/ unchanged$/gm)?.length, kinds.length, second.stdout);
  });

  test("they are served under every name, with the status that says nobody looked yet", async () => {
    for (const { plural, shortNames } of kinds) {
      for (const name of [plural, ...shortNames]) await eventually(name, async () => kubectl("get", name), 20);
    }
    await kubectl("apply", "-f", "examples");
    const { stdout } = await kubectl("get", "millrace", "-o", "jsonpath={.items[*].status.observedGeneration}");
    assert.deepEqual([...new Set(stdout.trim().split(" "))], ["-1"]);
  });

  test("kubectl explains every field", async () => {
    for (const { plural } of kinds) {
      const { stdout } = await kubectl("explain", `${plural}.spec`);
      assert.match(stdout, /DESCRIPTION:\n {4}What is declared\./);
      assert.doesNotMatch(stdout, /<no description>/);
    }
  });
});
