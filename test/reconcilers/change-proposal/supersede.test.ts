import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { heirOf } from "../../../src/reconcilers/change-proposal/supersede.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";

interface Given {
  readonly supersedes?: readonly string[];
  readonly born?: string;
  readonly phase?: string;
  readonly open?: boolean;
  readonly repository?: string;
}

const proposal = (
  name: string,
  { supersedes, born = "2026-01-01T00:00:00Z", phase, open = true, repository = "app" }: Given = {},
): ChangeProposal =>
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: { name, namespace: "fleet", uid: name, generation: 1, creationTimestamp: born },
    spec: {
      repositoryRef: { name: repository },
      title: name,
      change: { edits: [{ path: "a", content: "b" }] },
      ...(supersedes && { supersedes }),
    },
    status: {
      ...(phase && { phase }),
      ...(open && { pullRequest: { ref: "#7", number: 7, url: "", state: "Open" } }),
    },
  });

const heir = (name: string, all: readonly ChangeProposal[], kept?: string) =>
  heirOf(all.find(({ metadata }) => metadata.name === name)!, all, kept)?.name;

test("nobody is superseded by a proposal that is not there, not open, of another repository, or itself", () => {
  assert.equal(heir("a", [proposal("a")]), undefined);
  assert.equal(heir("a", [proposal("a"), proposal("b", { supersedes: ["a"], open: false })]), undefined);
  assert.equal(heir("a", [proposal("a"), proposal("b", { supersedes: ["a"], repository: "lib" })]), undefined);
  assert.equal(heir("a", [proposal("a", { supersedes: ["a"] })]), undefined);
});

test("the youngest of several takes the place", () => {
  const all = [
    proposal("a"),
    proposal("b", { supersedes: ["a"], born: "2026-01-02T00:00:00Z" }),
    proposal("c", { supersedes: ["a"], born: "2026-01-03T00:00:00Z" }),
  ];
  assert.equal(heir("a", all), "c");
});

test("of equally old ones the later name wins", () => {
  const all = [proposal("a", { supersedes: ["b"] }), proposal("b", { supersedes: ["a"] })];
  assert.deepEqual([heir("a", all), heir("b", all)], ["b", undefined]);
});

test("whatever supersedes whatever, somebody is left in every circle", () => {
  const names = ["a", "b", "c", "d"];
  const given = fc.record({
    supersedes: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
    born: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
  });
  fc.assert(
    fc.property(fc.tuple(given, given, given, given), (wishes) => {
      const all = wishes.map((wish, index) => proposal(names[index]!, wish));
      const left = names.filter((name) => heir(name, all) === undefined);
      assert.ok(left.length > 0);
    }),
    { numRuns: 500 },
  );
});

test("a place that is taken is kept when the other is gone, and given back when it takes its word back", () => {
  assert.equal(heir("a", [proposal("a")], "b"), "b");
  assert.equal(heir("a", [proposal("a"), proposal("b", { supersedes: ["a"], open: false })], "b"), "b");
  assert.equal(heir("a", [proposal("a"), proposal("b")], "b"), undefined);
});
