import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { changeVerdicts, waitVerdicts } from "../../../src/reconcilers/change/produced.ts";
import { actMerge } from "../../../src/reconcilers/change-proposal/act-merge.ts";
import { actors } from "../../../src/reconcilers/change-proposal/actor.ts";
import { decide } from "../../../src/reconcilers/change-proposal/decide.ts";
import { moved } from "../../../src/reconcilers/change-proposal/done.ts";
import type { Observed } from "../../../src/reconcilers/change-proposal/observed.ts";
import { digestOf, textOfPull } from "../../../src/reconcilers/change-proposal/text.ts";
import { type Decision, type Reason, verdicts } from "../../../src/reconcilers/change-proposal/verdict.ts";
import { decideFinal } from "../../../src/reconcilers/change-proposal/withdraw.ts";
import { wayVerdicts } from "../../../src/reconcilers/way.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";

const [ours, theirs, base] = ["a".repeat(40), "c".repeat(40), "b".repeat(40)];
const now = new Date("2026-01-01T12:00:00Z");
const times = fc.constantFrom(
  "2026-01-01T00:00:00Z",
  "2026-01-01T11:59:00Z",
  "2026-01-02T00:00:00Z",
  "9999-12-31T23:59:59Z",
);
const one = fc.constantFrom;

const proposals = fc
  .record({
    merge: one(
      { mode: "Manual" },
      { mode: "WhenChecksPass" },
      { mode: "WhenChecksPass", allowNoChecks: true },
      { mode: "WhenChecksPass", checks: ["e2e"] },
      { mode: "WhenChecksPass", handOver: "WhereOffered" },
      { mode: "WhenChecksPass", approvals: {} },
      { mode: "WhenChecksPass", approvals: { count: 2, by: ["sam", "kim"] }, handOver: "WhereOffered" },
    ),
    run: fc.boolean(),
    labels: fc.boolean(),
    title: one("Bump", "Bump", "Bump", "New"),
    wish: one(undefined, "Merge", "Enqueue"),
  })
  .map(({ merge, run, labels, title, wish }) =>
    ChangeProposal.object.parse({
      apiVersion: "millrace.dev/v1alpha1",
      kind: "ChangeProposal",
      metadata: { name: "bump", namespace: "fleet", uid: "1", generation: 1 },
      spec: {
        repositoryRef: { name: "app" },
        title,
        merge,
        change: run
          ? { run: { command: ["x"], paths: ["**"], repeat: "WhenBaseMoves" } }
          : { edits: [{ path: "a", content: "b" }] },
        ...(labels && { pullRequest: { labels: ["x"] } }),
      },
      status: wish ? { intent: { effect: wish, at: "2026-01-01T00:00:00Z" } } : {},
    }),
  );
const words = textOfPull(
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: { name: "bump", namespace: "fleet", uid: "1", generation: 1 },
    spec: { repositoryRef: { name: "app" }, title: "Bump", change: { edits: [{ path: "a", content: "b" }] } },
  }),
  {},
);

const pull = fc.record({
  number: one(7),
  url: one(""),
  state: one("Open", "Open", "Open", "Open", "Open", "Open", "Merged", "Closed"),
  title: one(words.title, "Mine"),
  body: one(words.body, "Mine"),
  draft: one(false, false, false, false, true),
  baseBranch: one("main", "main", "main", "next"),
  headSha: one(ours, ours, ours, ours, ours, theirs),
  mergeSha: one(undefined, base),
  mergeable: one(true, true, true, undefined, false),
  handedOver: one(false, false, false, false, true),
  openedAt: one(new Date(0)),
  mark: one("m"),
  fingerprint: one("f", "f", "f", "f", "old", undefined),
});
const check = fc.record({
  name: one("unit", "e2e"),
  state: one("Pending", "Passed", "Failed"),
  required: fc.boolean(),
});
const checks = one(undefined, []).chain((none) =>
  fc.oneof(
    fc.constant(none),
    fc.array(check, { maxLength: 3 }),
    fc.array(one({ name: "unit", state: "Pending", required: true, missing: true } as const), {
      minLength: 1,
      maxLength: 2,
    }),
    fc.array(one({ name: "unit", state: "Passed", required: true } as const), { minLength: 1, maxLength: 1 }),
  ),
);
const refusals = Object.keys(changeVerdicts) as (keyof typeof changeVerdicts)[];
const waits = Object.keys(waitVerdicts) as (keyof typeof waitVerdicts)[];
const commit = { is: "commit", sha: ours, base: { branch: "main", sha: base } } as const;
const wanted = fc.oneof(
  { weight: 6, arbitrary: one(commit) },
  { weight: 1, arbitrary: one({ is: "nothing" } as const, undefined) },
  {
    weight: 2,
    arbitrary: one(...refusals).map((reason) => ({ is: "refused", reason, message: "a: it cannot be had" }) as const),
  },
  {
    weight: 1,
    arbitrary: one(...waits).map((reason) => ({ is: "waiting", reason, message: "it runs since 3 s" }) as const),
  },
);
const tip = one(
  ...Array.from({ length: 6 }, () => ({ is: "ours", sha: ours }) as const),
  { is: "ours", sha: ours } as const,
  { is: "ours", sha: base } as const,
  { is: "none" } as const,
  { is: "adopted", sha: ours } as const,
  { is: "theirs", sha: theirs } as const,
  { is: "unproven", sha: theirs, reason: waits[0]!, message: "it runs since 3 s" } as const,
);
const by = { by: "pat", at: "2026-01-01T00:00:00Z" };
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 6 }).map((each) => each);
const seldom = <T>(value: T) => one<T | undefined>(undefined, undefined, undefined, undefined, undefined, value);

const states: fc.Arbitrary<Observed> = fc
  .record({
    proposal: proposals,
    tip,
    wanted,
    pull: fc.option(pull, { nil: undefined, freq: 8 }),
    checks,
    head: one(base, base, base, base, undefined),
    written: fc.option(
      fc.record({
        commit: one(ours),
        fingerprint: one("f", "f", "old"),
        base: one({ branch: "main", sha: base }, { branch: "next", sha: base }),
      }),
      { nil: undefined, freq: 5 },
    ),
    declined: seldom({ fingerprint: "f", number: 7, ...by }).chain((no) => one(no, no && { fingerprint: "f" })),
    withdrawn: seldom(7),
    hold: rarely(times).chain((until) => one(undefined, undefined, undefined, undefined, until)),
    released: seldom(by),
    complaint: seldom("an annotation is not followed"),
    told: one(undefined, `owned-${ours.slice(0, 12)}`),
    reply: seldom({ mark: "reply-1", id: 1, told: ["done"], why: true }),
    heir: seldom({ name: "newer", number: 8, merged: false }),
    since: fc.option(times, { nil: undefined }),
    newborn: one(false, false, false, false, true),
    allowed: one(undefined, ["Merge" as const], ["Squash" as const]),
    queue: seldom({ left: 2, at: "2026-01-01T11:59:00Z" }),
    queueRequired: one(false, false, true),
    voices: one(undefined, [], ["sam"], ["kim", "sam"]),
    configured: one(undefined, true, false),
    startsChecks: one(undefined, false, true),
    auto: fc.boolean(),
  })
  .map(
    ({
      hold,
      released,
      told,
      complaint,
      allowed,
      queue,
      queueRequired,
      voices,
      configured,
      startsChecks,
      auto,
      ...rest
    }) => ({
      ...rest,
      now,
      fingerprint: "f",
      branch: "millrace/fleet/bump",
      baseBranch: "main",
      wanted: rest.head === undefined ? undefined : rest.wanted,
      diff: undefined,
      leftOut: undefined,
      unknown: [],
      wrote: [digestOf(words)],
      seen: undefined,
      looked: undefined,
      will: {
        steering: {
          ...(hold && { hold: { ...by, until: hold } }),
          ...(released && { released }),
          ...(told && { told }),
        },
        complaints: complaint ? [complaint] : [],
      },
      gate: {
        method: "Squash",
        allowed,
        queue,
        queueRequired,
        voices: voices && { reviews: [], yes: voices, others: ["that of rob does not count"] },
        configured,
        capabilities: { autoMerge: auto, mergeQueue: auto, reviewers: auto, startsChecks },
      },
    }),
  );

/** Reasons that are given before there is anything to decide, each by its own guard. */
const elsewhere: readonly string[] = [
  "Suspended",
  "CleanUpRefused",
  "Throttled",
  "Planned",
  ...Object.keys(wayVerdicts),
];

test("whatever is the case, there is an answer, with a reason of the table, its verdict, and a message", async () => {
  const reached = new Set<string>();
  const note = ({ verdict, reason, message }: { verdict: string; reason: string; message: string }): void => {
    assert.equal(verdict, verdicts[reason as Reason], reason);
    assert.ok(message.length > 10, `${reason}: ${message}`);
    reached.add(reason);
  };
  fc.assert(
    fc.property(states, (observed) => {
      note(decide(observed).finding);
      const final = decideFinal(observed);
      if (final) note(final.finding);
    }),
    { numRuns: 6_000, seed: 7 },
  );
  for (const decision of await refusedEffects()) note(decision.finding);
  const missing = Object.keys(verdicts).filter((reason) => !reached.has(reason) && !elsewhere.includes(reason));
  assert.deepEqual(missing, [], "in the table, and reached by nothing");
  assert.deepEqual(
    [...reached].filter((reason) => elsewhere.includes(reason)),
    [],
  );
});

/** What follows when the forge, or git, does not do what was decided. */
async function refusedEffects() {
  const [observed] = fc.sample(states, { numRuns: 1, seed: 1 });
  const step = { number: 7, commit: ours, method: "Squash" } as const;
  const hands = (because: string, mergeQueue: boolean) =>
    ({
      host: {
        capabilities: { mergeQueue },
        pulls: {
          merge: async () => ({ merged: false, because, message: "no" }),
          handOver: async () => ({ handed: false, message: "no" }),
        },
      },
    }) as never;
  const done = [
    moved("millrace/fleet/bump"),
    await actMerge({ do: "merge", ...step }, observed!, hands("NotMergeable", true)),
    await actMerge({ do: "merge", ...step }, observed!, hands("QueueRequired", false)),
    await actMerge({ do: "enqueue", ...step }, observed!, hands("", true)),
  ];
  return done.flatMap((each) => (each.is === "refused" ? [each.decision] : []));
}

test("who acts next is said for every reason, and agrees with its verdict", () => {
  assert.deepEqual(Object.keys(actors).sort(), Object.keys(verdicts).sort());
  for (const [reason, verdict] of Object.entries(verdicts)) {
    const actor = actors[reason as Reason];
    if (verdict === "ready") assert.equal(actor, "Nobody", reason);
    if (verdict === "stalled") assert.equal(actor, "You", reason);
    if (actor === "Nobody") assert.equal(verdict, "ready", reason);
  }
});

test("a decision changes nothing that it is given, and is the same when it is made again", () => {
  fc.assert(
    fc.property(states, (observed) => {
      const before = JSON.stringify(observed);
      const decision = decide(observed);
      assert.equal(JSON.stringify(observed), before);
      assert.deepEqual(decide(observed), decision);
    }),
    { numRuns: 500 },
  );
});

test("nothing that a person wrote is ever pushed over, deleted or merged, whatever else is the case", () => {
  fc.assert(
    fc.property(states, (observed) => {
      const final = decideFinal(observed);
      assertSpared(observed, stepOf(decide(observed)));
      if (final) assertSpared(observed, stepOf(final));
    }),
    { numRuns: 2_000 },
  );
});

test("nothing is merged, or given to the forge, before so many have said yes as are needed", () => {
  let merged = 0;
  fc.assert(
    fc.property(states, ({ proposal, gate, ...state }) => {
      // All but the merge is done.
      const written = { commit: ours, fingerprint: "f", base: commit.base };
      const text = textOfPull(proposal, {});
      const none = { declined: undefined, heir: undefined, reply: undefined, newborn: false, wrote: [digestOf(text)] };
      const shown = {
        ...state.pull!,
        ...text,
        state: "Open",
        headSha: ours,
        baseBranch: "main",
        fingerprint: "f",
      } as const;
      const pull = { ...shown, number: 7, draft: false, mergeable: true, handedOver: false };
      const observed: Observed = {
        ...{ ...state, ...none, proposal, gate, written, pull, head: base, wanted: commit },
        tip: { is: "ours", sha: ours },
        checks: [{ name: "unit", state: "Passed", required: true }],
        will: { steering: {}, complaints: [] },
      };
      const step = stepOf(decide(observed));
      const { approvals } = observed.proposal.spec.merge;
      if (!approvals || (step !== "merge" && step !== "enqueue")) return;
      merged += 1;
      assert.ok((observed.gate.voices?.yes.length ?? 0) >= approvals.count, step);
    }),
    { numRuns: 2_000, seed: 7 },
  );
  assert.ok(merged > 50, `it came to ${merged} merges`);
});

const stepOf = (decision: Decision): string => (decision.do === "step" ? decision.step.do : "rest");

function assertSpared({ tip: { is }, will }: Observed, step: string): void {
  const writing = ["push", "deleteBranch", "merge", "enqueue", "open", "revise", "decorate"];
  if (is === "theirs" || is === "unproven") assert.ok(!writing.includes(step), step);
  if (is === "adopted") assert.notEqual(step, "deleteBranch");
  const { hold, released } = will.steering;
  if (released) assert.ok(step === "rest" || step === "comment", step);
  if (hold) assert.ok(!["push", "open", "merge", "enqueue"].includes(step), step);
}
