import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PatchError } from "../../../../src/embedded/apiserver/patch/patch-error.ts";
import { strategicMerge } from "../../../../src/embedded/apiserver/patch/strategic-merge.ts";
import { originals, refusal, strategicCases, written } from "./strategic-cases.ts";

/** What a real API server made of them; test/cluster/apiserver/strategic-merge.test.ts asks it again. */
const recorded = JSON.parse(readFileSync("test/embedded/apiserver/patch/results.json", "utf8")) as {
  readonly originals: Record<string, unknown>;
  readonly results: Record<string, object>;
};

for (const { name, of, patch } of strategicCases) {
  test(`a strategic merge patch ${name}`, () => {
    const { kind } = originals[of];
    const ours = (): unknown => strategicMerge(recorded.originals[of], patch, { group: "", version: "v1", kind });
    const result = recorded.results[name]!;
    if ("refused" in result) assert.throws(ours, refusal(result));
    else assert.deepEqual(written(ours()), result);
  });
}

test("a strategic merge patch leaves the document alone", () => {
  const document = structuredClone(recorded.originals["podtemplates"]);
  for (const { of, patch } of strategicCases) {
    if (of !== "podtemplates") continue;
    try {
      strategicMerge(document, patch, { group: "", version: "v1", kind: "PodTemplate" });
    } catch (error) {
      assert.ok(error instanceof PatchError);
    }
  }
  assert.deepEqual(document, recorded.originals["podtemplates"]);
});

test("a patch that is no object is malformed", () => {
  const merge = (): unknown => strategicMerge({}, [], { group: "", version: "v1", kind: "Pod" });
  assert.throws(merge, (error) => error instanceof PatchError && error.code === 400);
});
