import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { generated } from "../scripts/generate.ts";

const files = [...generated()];

for (const [path, text] of files) {
  test(`${path} is in step with src/schema`, () => {
    assert.ok(existsSync(path) && readFileSync(path, "utf8") === text, "run `make generate` and commit what it writes");
  });
}

test("no generated file is left over from a kind that is gone", () => {
  const known = new Set(files.map(([path]) => path));
  const found = ["crds", "docs/reference", "deploy/helm/millrace/files/crds"].flatMap((folder) =>
    readdirSync(folder).map((name) => `${folder}/${name}`),
  );
  assert.deepEqual(
    found.filter((path) => !known.has(path)),
    [],
  );
});
