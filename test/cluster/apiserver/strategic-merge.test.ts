import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { strategicMerge } from "../../../src/embedded/apiserver/patch/strategic-merge.ts";
import { originals, refusal, strategicCases, written } from "../../embedded/apiserver/patch/strategic-cases.ts";
import { type ControlPlane, missingAssets, startControlPlane } from "../../support/control-plane.ts";
import { Rest } from "../../support/rest.ts";

const folder = "/api/v1/namespaces/default";

describe("built-in kinds are patched as by a real API server", { skip: missingAssets() }, () => {
  /** For the suite that runs without a server: MILLRACE_RECORD=1 writes them down. */
  const recorded = { originals: {} as Record<string, unknown>, results: {} as Record<string, unknown> };
  let plane: ControlPlane;
  let rest: Rest;

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    rest = new Rest(plane);
    for (const [plural, body] of Object.entries(originals)) {
      const { status, body: made } = await rest.call("POST", `${folder}/${plural}`, { body });
      assert.equal(status, 201, JSON.stringify(made));
      recorded.originals[plural] = written(made);
    }
  });
  after(async () => {
    rest?.close();
    await plane?.close();
    if (process.env["MILLRACE_RECORD"]) {
      writeFileSync("test/embedded/apiserver/patch/results.json", `${JSON.stringify(recorded, null, 1)}\n`);
    }
  });

  for (const { name, of, patch } of strategicCases) {
    test(`a strategic merge patch ${name}`, async () => {
      const type = "application/strategic-merge-patch+json";
      const { status, body } = await rest.call("PATCH", `${folder}/${of}/x?dryRun=All`, { body: patch, type });
      const { kind } = originals[of];
      const ours = (): unknown => strategicMerge(recorded.originals[of], patch, { group: "", version: "v1", kind });
      if (status >= 300) {
        recorded.results[name] = { refused: body["message"], code: status };
        assert.throws(ours, refusal(recorded.results[name]));
      } else {
        recorded.results[name] = written(body);
        assert.deepEqual(written(ours()), recorded.results[name]);
      }
    });
  }
});
