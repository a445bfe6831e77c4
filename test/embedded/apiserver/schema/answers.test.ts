import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compileStructural } from "../../../../src/embedded/apiserver/schema/structural.ts";
import { groups, schemaOf, specimen, titleOf, type Verdict, verdictOf } from "./specimen.ts";

/** What a real API server said; test/cluster/apiserver/validation.test.ts asks it again. */
const answers = JSON.parse(readFileSync("test/embedded/apiserver/schema/answers.json", "utf8")) as Record<
  string,
  Verdict
>;

for (const [index, group] of groups.entries()) {
  const structural = compileStructural(schemaOf(group));
  for (const { name, values, changes = [] } of group) {
    test(`${name} is checked as by a real API server`, () => {
      for (const value of values) {
        const title = titleOf(name, value);
        assert.deepEqual(verdictOf(structural, specimen(index, name, value)), answers[title], title);
      }
      for (const [from, to] of changes) {
        const title = titleOf(name, to, from);
        const [object, old] = [specimen(index, name, to), specimen(index, name, from)];
        assert.deepEqual(verdictOf(structural, object, old), answers[title], title);
      }
    });
  }
}

test("every recorded answer belongs to a case", () => {
  const titles = groups
    .flat()
    .flatMap(({ name, values, changes = [] }) => [
      ...values.map((value) => titleOf(name, value)),
      ...changes.map(([from, to]) => titleOf(name, to, from)),
    ]);
  assert.deepEqual(Object.keys(answers).sort(), [...new Set(titles)].sort());
});
