import assert from "node:assert/strict";
import { test } from "node:test";
import { bothOf, without } from "../../src/reconcilers/approvals.ts";
import { Approvals } from "../../src/schema/approval.ts";

for (const [about, one, other, want] of [
  ["one rule alone", { count: 2, by: ["sam"] }, undefined, { count: 2, by: ["sam"] }],
  ["the greater count", { count: 1 }, { count: 2 }, { count: 2 }],
  ["the names of the one that has any", { count: 1 }, { count: 1, by: ["sam"] }, { count: 1, by: ["sam"] }],
  ["names of both", { count: 1, by: ["sam", "kim"] }, { count: 1, by: ["KIM", "pat"] }, { count: 1, by: ["kim"] }],
  [
    "exceptions of either",
    { count: 1, except: ["a"] },
    { count: 1, except: ["b", "a"] },
    { count: 1, except: ["a", "b"] },
  ],
  [
    "nobody, where no name is in both",
    { count: 1, by: ["sam"] },
    { count: 1, by: ["kim"], except: ["pat"] },
    { count: 1, by: ["sam"], except: ["sam", "pat"] },
  ],
] as const) {
  test(`two rules together: ${about}`, () => {
    const [a, b] = [Approvals.parse(one), other && Approvals.parse(other)];
    assert.deepEqual(bothOf(a, b), want);
    assert.ok(Approvals.safeParse(bothOf(a, b)).success);
  });
}

test("an account is left out once, whatever its case", () => {
  const one = without(Approvals.parse({}), "Sam");
  assert.deepEqual(one, { count: 1, except: ["Sam"] });
  assert.equal(without(one, "sam"), one);
  assert.equal(without(one, undefined), one);
  const full = Approvals.parse({ except: Array.from({ length: 64 }, (_, index) => `a${index}`) });
  assert.ok(Approvals.safeParse(without(full, "sam")).success);
  assert.ok(without(full, "sam").except!.includes("sam"));
});
