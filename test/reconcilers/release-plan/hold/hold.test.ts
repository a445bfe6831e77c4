import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health } from "../../../../src/reconcilers/release-plan/hold/health.ts";
import { freezeProblem, holdsOf } from "../../../../src/reconcilers/release-plan/hold/hold.ts";
import { ReleasePlan } from "../../../../src/schema/release-plan.ts";

const now = new Date("2026-11-21T12:00:00Z");
const steps = [
  { name: "core", after: [] },
  { name: "sdk", after: ["core"] },
];
const weekend = { rule: "FREQ=WEEKLY;BYDAY=SA", length: "48h", reason: "weekend" };

interface About {
  readonly policy?: object;
  readonly hold?: string;
  readonly nodes?: readonly object[];
  readonly health?: readonly Health[];
}

const planOf = ({ policy = {}, hold, nodes = [] }: About): ReleasePlan =>
  ReleasePlan.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ReleasePlan",
    metadata: {
      ...{ name: "autumn", namespace: "fleet", uid: "1", generation: 1 },
      ...(hold !== undefined && { annotations: { "millrace.dev/hold": hold } }),
    },
    spec: { releases: [{ repositoryRef: { name: "core" } }, { repositoryRef: { name: "sdk" } }], policy },
    status: { nodes },
  });

/** What is said about each, and when to ask again. */
function held(about: About): readonly string[] {
  const { hold, again } = holdsOf({ plan: planOf(about), steps, health: about.health ?? [], now });
  return [hold("core") ?? "begins", hold("sdk") ?? "begins", again?.toISOString().slice(0, 19) ?? "never"];
}

const core = (fields: object) => [{ name: "core", phase: "Succeeded", ...fields }];
const main = (repository: string, is: Health["is"], ...names: string[]) => ({ repository, branch: "main", is, names });
const required = { health: "Required" };
const notUnderstood = /^millrace\.dev\/hold is not understood, so nothing begins/;

const table: readonly (readonly [string, About, string | RegExp, string | RegExp, string])[] = [
  ["nothing holds by default", {}, "begins", "begins", "never"],
  [
    "a person holds all of it",
    { hold: "2026-11-22T12:00:00Z   release party" },
    "a person holds it until 2026-11-22T12:00:00Z: release party",
    "a person holds it until 2026-11-22T12:00:00Z: release party",
    "2026-11-22T12:00:00",
  ],
  [
    "a person holds one, by name",
    { hold: "sdk 2026-11-22T12:00:00Z" },
    "begins",
    "a person holds it until 2026-11-22T12:00:00Z",
    "2026-11-22T12:00:00",
  ],
  [
    "several holds, of which the longest counts",
    { hold: "2026-11-22T00:00:00Z; sdk 2026-11-23T00:00:00Z legal; sdk 2026-11-22T12:00:00Z" },
    "a person holds it until 2026-11-22T00:00:00Z",
    "a person holds it until 2026-11-23T00:00:00Z: legal",
    "2026-11-22T00:00:00",
  ],
  ["a hold that is over", { hold: "2026-11-21T12:00:00Z" }, "begins", "begins", "never"],
  ["a hold without a moment", { hold: "sdk" }, notUnderstood, notUnderstood, "never"],
  ["an empty hold", { hold: "" }, notUnderstood, notUnderstood, "never"],
  ["a hold for ever", { hold: "2030-01-01T00:00:00Z" }, notUnderstood, notUnderstood, "never"],
  [
    "a freeze",
    { policy: { freezes: [weekend] } },
    "frozen until 2026-11-23T00:00:00Z: weekend",
    "frozen until 2026-11-23T00:00:00Z: weekend",
    "2026-11-23T00:00:00",
  ],
  [
    "freezes without a gap",
    { policy: { freezes: [{ rule: "FREQ=DAILY", length: "24h" }] } },
    /^frozen with no end in sight/,
    /^frozen with no end in sight/,
    "2026-11-22T12:00:00",
  ],
  [
    "a freeze that is none",
    { policy: { freezes: [{ ...weekend, rule: "weekends" }] } },
    /^nothing begins while a freeze is not understood: spec\.policy\.freezes\[0\]\.rule/,
    /^nothing begins/,
    "never",
  ],
  [
    "a release that has to be there for a while",
    { policy: { soak: "1h30m" }, nodes: core({ until: "2026-11-21T11:00:00Z" }) },
    "begins",
    "core is to be there for 1h30m, which it is at 2026-11-21T12:30:00Z",
    "2026-11-21T12:30:00",
  ],
  [
    "a release that was there for long enough",
    { policy: { soak: "1h" }, nodes: core({ until: "2026-11-21T11:00:00Z" }) },
    "begins",
    "begins",
    "never",
  ],
  [
    "a release that status does not tell of yet",
    { policy: { soak: "1h" }, nodes: core({ phase: "Verifying" }) },
    "begins",
    "core is to be there for 1h, which it is at 2026-11-21T13:00:00Z",
    "2026-11-21T13:00:00",
  ],
  [
    "nothing was released, so nothing soaks",
    { policy: { soak: "1h" }, nodes: core({ phase: "Unchanged" }) },
    "begins",
    "begins",
    "never",
  ],
  ["all checks have passed", { policy: required, health: [main("core", "passed")] }, "begins", "begins", "never"],
  ["nobody asks for checks", { health: [main("core", "failed", "lint")] }, "begins", "begins", "never"],
  [
    "an empty set has not passed",
    { policy: required },
    "spec.policy.health is Required: no base branch was looked at",
    /no base branch/,
    "2026-11-21T12:00:30",
  ],
  [
    "one that fails holds all, and comes first",
    {
      policy: required,
      health: [main("a", "pending", "test"), main("b", "none"), main("c", "failed", "lint", "test")],
    },
    "spec.policy.health is Required: lint, test failed on main of c; no check ran on main of b; main of a waits for test",
    /lint, test failed/,
    "2026-11-21T12:05:00",
  ],
  [
    "what runs or cannot be seen is looked at soon",
    {
      policy: required,
      health: [main("a", "pending", "t"), main("b", "unknown", "no head"), main("c", "pending"), main("d", "pending")],
    },
    /main of b cannot be looked at \(no head\); main of a waits for t; .*; and 1 more$/,
    /main of b/,
    "2026-11-21T12:00:30",
  ],
  [
    "people come first, then freezes",
    { hold: "sdk 2026-11-22T00:00:00Z", policy: { freezes: [weekend], soak: "1h", ...required } },
    /^frozen/,
    /^a person/,
    "2026-11-22T00:00:00",
  ],
];

for (const [about, given, ofCore, ofSdk, again] of table) {
  test(`holds: ${about}`, () => {
    const [one, other, then] = held(given);
    for (const [said, want] of [[one, ofCore] as const, [other, ofSdk] as const]) {
      if (typeof want === "string") assert.equal(said, want);
      else assert.match(said!, want);
    }
    assert.equal(then, again);
  });
}

test("a freeze that is none is named before anything begins", () => {
  assert.equal(freezeProblem(planOf({ policy: { freezes: [weekend] } })), undefined);
  assert.match(
    freezeProblem(planOf({ policy: { freezes: [weekend, { ...weekend, length: "9000h" }] } }))!,
    /freezes\[1\]\.length/,
  );
});
