import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "../../../src/reconcilers/change-proposal/decide.ts";
import type { Observed, SeenPull } from "../../../src/reconcilers/change-proposal/observed.ts";
import { digestOf, textOfPull } from "../../../src/reconcilers/change-proposal/text.ts";
import { type Decision, verdicts } from "../../../src/reconcilers/change-proposal/verdict.ts";
import { decideFinal } from "../../../src/reconcilers/change-proposal/withdraw.ts";
import type { Check } from "../../../src/reconcilers/forge-port.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";

const object = (merge: object = { mode: "WhenChecksPass" }, title = "Bump"): ChangeProposal =>
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: { name: "bump", namespace: "fleet", uid: "1", generation: 1 },
    spec: { repositoryRef: { name: "app" }, title, change: { edits: [{ path: "a", content: "b" }] }, merge },
  });

const [ours, theirs, base] = ["a".repeat(40), "c".repeat(40), "b".repeat(40)];
const wanted = { is: "commit", sha: ours, base: { branch: "main", sha: base } } as const;
const tip = { is: "ours", sha: ours } as const;
const written = { commit: ours, fingerprint: "f", base: { branch: "main", sha: base } };
const nothing = { is: "nothing" } as const;

const words = textOfPull(object(), {});

/** A change that is wanted, and of which nothing is there yet. */
const fresh: Observed = {
  proposal: object(),
  now: new Date("2026-01-01T00:00:00Z"),
  fingerprint: "f",
  branch: "millrace/fleet/bump",
  baseBranch: "main",
  head: base,
  tip: { is: "none" },
  written: undefined,
  wanted,
  pull: undefined,
  checks: undefined,
  gate: {
    method: "Squash",
    allowed: undefined,
    capabilities: { autoMerge: true, mergeQueue: true, reviewers: true, startsChecks: undefined },
    queueRequired: false,
    queue: undefined,
    voices: undefined,
    configured: undefined,
  },
  declined: undefined,
  withdrawn: undefined,
  diff: undefined,
  leftOut: undefined,
  unknown: [],
  since: undefined,
  wrote: [digestOf(words)],
  newborn: false,
  will: { steering: { told: `owned-${ours.slice(0, 12)}` }, complaints: [] },
  reply: undefined,
  seen: undefined,
  heir: undefined,
  looked: undefined,
};
const pushed = { tip, written };
const pull = (change: Partial<SeenPull> = {}): Partial<Observed> => ({
  ...pushed,
  pull: {
    number: 7,
    url: "",
    state: "Open",
    ...words,
    draft: false,
    baseBranch: "main",
    headSha: ours,
    mergeSha: undefined,
    mergeable: true,
    handedOver: false,
    openedAt: new Date(0),
    mark: "m",
    fingerprint: "f",
    ...change,
  },
});
const checks = (...states: readonly Check["state"][]): Partial<Observed> => ({
  ...pull(),
  checks: states.map((state, index) => ({ name: `check ${index}`, state, required: false })),
});
const manual = { proposal: object({ mode: "Manual" }) };
const handOver = { ...pull(), proposal: manual.proposal };

for (const [about, change, want] of [
  ["pushes first", {}, "push Pushing"],
  ["then opens", pushed, "open Opening"],
  ["opens again where only an older one is over", { ...pull({ state: "Merged", fingerprint: "old" }) }, "open Opening"],
  [
    "opens again what we closed ourselves",
    { ...pull({ state: "Closed", fingerprint: undefined }), withdrawn: 7 },
    "open Opening",
  ],
  ["waits until the forge shows what was pushed", pull({ headSha: theirs }), "rest ForgeCatchingUp"],
  ["brings the text up to date", { ...pull(), proposal: object({}, "New") }, "revise Revising"],
  ["leaves what a person wrote", { ...pull({ title: "Mine" }), checks: [] }, "rest NoChecks"],
  [
    "does not mind how the forge breaks lines",
    { ...pull({ body: `\r\n${words.body.replaceAll("\n", "\r\n")}` }), checks: [] },
    "rest NoChecks",
  ],
  ["looks at checks", pull(), "rest ChecksRunning"],
  ["waits for checks", checks("Passed", "Pending"), "rest ChecksRunning"],
  ["names what failed, even while others run", checks("Pending", "Failed"), "rest ChecksFailed"],
  ["trusts nothing without checks", checks(), "rest NoChecks"],
  [
    "unless told so",
    { ...checks(), proposal: object({ mode: "WhenChecksPass", allowNoChecks: true }) },
    "merge Merging",
  ],
  ["merges what passed", checks("Passed", "Passed"), "merge Merging"],
  [
    "waits for checks that were asked for and have not started",
    { ...checks("Passed"), proposal: object({ mode: "WhenChecksPass", checks: ["e2e"] }) },
    "rest ChecksRunning",
  ],
  [
    "waits for reviews that nobody has looked at",
    { ...checks("Passed"), proposal: object({ mode: "WhenChecksPass", approvals: {} }) },
    "rest AwaitingApproval",
  ],
  [
    "names failed checks before missing reviews",
    { ...checks("Failed"), proposal: object({ mode: "WhenChecksPass", approvals: {} }) },
    "rest ChecksFailed",
  ],
  ["leaves drafts to people", { ...checks("Passed"), ...pull({ draft: true }) }, "rest AwaitingMerge"],
  ["reports a conflict", { ...checks("Passed"), ...pull({ mergeable: false }) }, "rest Conflicting"],
  [
    "merges while the forge has not found out whether it can",
    { ...checks("Passed"), ...pull({ mergeable: undefined }) },
    "merge Merging",
  ],
  ["moves a branch that is out of date", { ...pull(), tip: { is: "ours", sha: theirs } }, "push Pushing"],
  [
    "is content when it is merged",
    { ...pull({ state: "Merged" }), tip: { is: "none" }, wanted: nothing },
    "rest Merged",
  ],
  ["cleans up after the merge", { ...pull({ state: "Merged" }), wanted: nothing }, "deleteBranch Merged"],
  [
    "but never a person's branch",
    { ...pull({ state: "Merged" }), tip: { is: "theirs", sha: theirs }, wanted: nothing },
    "rest Merged",
  ],
  ["does not fight a revert", { ...pull({ state: "Merged" }), tip: { is: "none" } }, "rest Reverted"],
  [
    "is merged although the base is gone",
    { ...pull({ state: "Merged" }), tip: { is: "none" }, head: undefined, wanted: undefined },
    "rest Merged",
  ],
  ["respects a refusal", { ...pull({ state: "Closed" }), declined: { fingerprint: "f", number: 7 } }, "rest Declined"],
  [
    "asks anew for something else",
    { ...pull({ state: "Closed" }), declined: { fingerprint: "old", number: 7 } },
    "open Opening",
  ],
  ["goes on when it is reopened", { ...pull(), checks: [] }, "rest NoChecks"],
  [
    "closes what would become a refused one",
    { ...pull({ fingerprint: "old" }), declined: { fingerprint: "f", number: 6 } },
    "close Withdrawing",
  ],
  ["leaves a person's tip alone", { ...pull(), tip: { is: "theirs", sha: theirs } }, "rest HumanOwned"],
  ["also before there is a pull request", { tip: { is: "theirs", sha: theirs } }, "rest HumanOwned"],
  [
    "also when nothing is wanted any more",
    { ...pull(), tip: { is: "theirs", sha: theirs }, wanted: nothing },
    "rest HumanOwned",
  ],
  ["needs nothing where the base has it", { wanted: nothing }, "rest NoChange"],
  ["closes what somebody overtook", { ...pull(), wanted: nothing }, "close Withdrawing"],
  ["and deletes its branch", { ...pushed, wanted: nothing }, "deleteBranch NoChange"],
  [
    "is content where the base has what was refused",
    { wanted: nothing, declined: { fingerprint: "f", number: 7 } },
    "rest NoChange",
  ],
  [
    "says why edits cannot be applied",
    { wanted: { is: "refused", reason: "FieldMissing", message: "a: there is no b" } },
    "rest FieldMissing",
  ],
  ["reports a missing base branch", { head: undefined, wanted: undefined }, "rest BaseBranchMissing"],
  [
    "closes what goes to a base that is not ours any more",
    { ...pull({ baseBranch: "old" }), written: { ...written, base: { branch: "old", sha: base } } },
    "close Withdrawing",
  ],
  ["leaves what a person pointed elsewhere", pull({ baseBranch: "release" }), "rest Retargeted"],
  ["waits for a person to merge", { ...handOver, checks: [] }, "rest AwaitingMerge"],
] as const satisfies readonly (readonly [string, Partial<Observed>, string])[]) {
  test(`it ${about}`, () => {
    const seen = { ...fresh, ...change } as Observed;
    // A text that follows from the merge mode is not what this is about.
    const shown =
      seen.proposal === manual.proposal && seen.pull ? { ...seen.pull, ...textOfPull(seen.proposal, {}) } : seen.pull;
    assert.equal(told(decide({ ...seen, pull: shown })), want);
  });
}

for (const [about, change, want] of [
  ["closes its pull request", pull(), "close Withdrawing"],
  ["then deletes its branch", pushed, "deleteBranch Withdrawing"],
  ["then goes", {}, undefined],
  ["leaves a person's branch and pull request", { ...pull(), tip: { is: "theirs", sha: theirs } }, undefined],
] as const satisfies readonly (readonly [string, Partial<Observed>, string | undefined])[]) {
  test(`a deleted one ${about}`, () => {
    const decision = decideFinal({ ...fresh, ...change } as Observed);
    assert.equal(decision && told(decision), want);
  });
}

/** Every combination of one of each. */
function* all<T extends Readonly<Record<string, readonly unknown[]>>>(
  of: T,
): Generator<{ [K in keyof T]: T[K][number] }> {
  const [[key, values] = ["", []], ...rest] = Object.entries(of);
  if (key === "") return yield {} as never;
  for (const others of all(Object.fromEntries(rest)))
    for (const value of values) yield { ...others, [key]: value } as never;
}

test("every answer has a reason from the table, with its verdict and a message, for every state there is", () => {
  const pulls = [
    ...all({
      state: ["Open", "Merged", "Closed"],
      fingerprint: ["f", "old", undefined],
      baseBranch: ["main", "next"],
      headSha: [ours, theirs],
      draft: [true, false],
    } as const),
  ];
  const states = all({
    tip: [fresh.tip, tip, { is: "ours", sha: base }, { is: "theirs", sha: theirs }],
    wanted: [wanted, nothing, undefined, { is: "refused", reason: "InvalidYaml", message: "a: it is no valid YAML" }],
    pull: [undefined, ...pulls.map((each) => pull(each).pull)],
    declined: [undefined, { fingerprint: "f", number: 7 }],
    checks: [undefined, checks().checks, checks("Passed").checks, checks("Failed").checks],
  } as const);
  let count = 0;
  for (const state of states) {
    const { verdict, reason, message } = decide({ ...fresh, ...state, head: state.wanted && base }).finding;
    assert.equal(verdict, verdicts[reason as keyof typeof verdicts], reason);
    assert.ok(message.length > 10, `${reason}: ${message}`);
    count++;
  }
  assert.equal(count, 4 * 4 * 73 * 2 * 4);
});

function told(decision: Decision): string {
  return `${decision.do === "step" ? decision.step.do : "rest"} ${decision.finding.reason}`;
}
