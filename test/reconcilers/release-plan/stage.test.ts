import assert from "node:assert/strict";
import { test } from "node:test";
import { carry } from "../../../src/reconcilers/change-proposal/wish.ts";
import { failedAs } from "../../../src/reconcilers/release-plan/node.ts";
import { type NodeStatus, stageOf } from "../../../src/reconcilers/release-plan/stage.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { PlanPolicy } from "../../../src/schema/plan-policy.ts";
import { Release } from "../../../src/schema/release.ts";

const metadata = { name: "x", namespace: "fleet", uid: "1", generation: 1 };
const at = "2026-01-01T00:00:00Z";

function conditions(reason: string, is: "ready" | "waits" | "stalled") {
  const on = { reason, message: "so it is", lastTransitionTime: at };
  const ready = { ...on, type: "Ready", status: is === "ready" ? "True" : "False" };
  return is === "stalled" ? [ready, { ...on, type: "Stalled", status: "True" }] : [ready];
}

const bump = (status: object, [reason, is]: readonly [string, "ready" | "waits" | "stalled"], observedGeneration = 1) =>
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata,
    spec: { repositoryRef: { name: "sdk" }, title: "x", change: { edits: [{ path: "a", content: "" }] } },
    status: { ...status, observedGeneration, conditions: conditions(reason, is) },
  });

const release = (status: object, [reason, is]: readonly [string, "ready" | "waits" | "stalled"]) =>
  Release.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Release",
    metadata,
    spec: { repositoryRef: { name: "sdk" } },
    status: { ...status, observedGeneration: 1, conditions: conditions(reason, is) },
  });

const begun: NodeStatus = { name: "sdk", phase: "Bumping", since: at };
const pull = (state: string) => ({ pullRequest: { ref: "#4", number: 4, url: "x", state } });

for (const [about, known, kin, expected] of [
  ["what nobody knows has not begun", undefined, {}, { is: "idle" }],
  [
    "what was forgotten has not begun again, though its children are there",
    { name: "sdk", phase: "Ready" },
    { bump: bump({ phase: "Merged" }, ["Merged", "ready"]) },
    { is: "idle" },
  ],
  ["what has begun is entered", begun, {}, { is: "entering" }],
  [
    "a child that nobody told about is taken up",
    undefined,
    { bump: bump({ phase: "NoChange" }, ["NoChange", "ready"]) },
    { is: "bumped" },
  ],
  [
    "an open pull request is waited for",
    begun,
    { bump: bump({ phase: "ChecksRunning", ...pull("Open") }, ["ChecksRunning", "waits"]) },
    { is: "bumping", at: { ref: "#4", message: "ChecksRunning: so it is" } },
  ],
  ["what is merged is moved", begun, { bump: bump({ phase: "Merged" }, ["Merged", "ready"]) }, { is: "bumped" }],
  [
    "what is merged and taken back is not",
    begun,
    { bump: bump({ phase: "Merged" }, ["Reverted", "ready"]) },
    {
      is: "failed",
      reason: "Reverted: so it is",
      mayPass: false,
      at: { ref: undefined, message: "Reverted: so it is" },
    },
  ],
  [
    "what people keep for good is not moved",
    begun,
    { bump: bump({ phase: "Released", ...pull("Open") }, ["Released", "ready"]) },
    { is: "failed", reason: "Released: so it is", mayPass: false, at: { ref: "#4", message: "Released: so it is" } },
  ],
  [
    "a person at work is waited for",
    begun,
    { bump: bump({ phase: "HumanOwned", ...pull("Open") }, ["HumanOwned", "stalled"]) },
    { is: "bumping", at: { ref: "#4", message: "HumanOwned: so it is" } },
  ],
  [
    "a person who closed it said no",
    begun,
    { bump: bump({ phase: "HumanOwned", ...pull("Closed") }, ["HumanOwned", "stalled"]) },
    {
      is: "failed",
      reason: "HumanOwned: so it is",
      mayPass: false,
      at: { ref: "#4", message: "HumanOwned: so it is" },
    },
  ],
  [
    "what the forge refuses may pass",
    begun,
    { bump: bump({}, ["ForgeRefused", "stalled"]) },
    {
      is: "failed",
      reason: "ForgeRefused: so it is",
      mayPass: true,
      at: { ref: undefined, message: "ForgeRefused: so it is" },
    },
  ],
  [
    "a status about an older wish says nothing",
    begun,
    { bump: bump({ phase: "Merged" }, ["Merged", "ready"], 0) },
    { is: "bumping", at: { ref: undefined, message: "Merged: so it is" } },
  ],
  [
    "a refusal counts until the wish to try again is carried out",
    { ...begun, retried: "again" },
    { bump: bump({ phase: "Declined" }, ["Declined", "stalled"]) },
    { is: "bumping", at: { ref: undefined, message: "Declined: so it is" } },
  ],
  [
    "and after that",
    { ...begun, retried: "again" },
    {
      bump: bump({ phase: "Declined", steering: { retry: carry(undefined, { annotation: "again" }) } }, [
        "Declined",
        "stalled",
      ]),
    },
    {
      is: "failed",
      reason: "Declined: so it is",
      mayPass: false,
      at: { ref: undefined, message: "Declined: so it is" },
    },
  ],
  [
    "what is released has succeeded",
    begun,
    { release: release({ phase: "Released", version: "1.0.1" }, ["Released", "ready"]) },
    { is: "succeeded", version: "1.0.1" },
  ],
  [
    "what has nothing to release is unchanged",
    begun,
    { release: release({ phase: "NothingToRelease" }, ["NothingToRelease", "ready"]) },
    { is: "unchanged", why: "so it is" },
  ],
  [
    "what is looked at from outside is verified",
    begun,
    { release: release({ phase: "Verifying", pullRequest: "#5" }, ["Verifying", "waits"]) },
    { is: "verifying", at: { ref: "#5", message: "Verifying: so it is" } },
  ],
  [
    "a taken tag is a failure",
    begun,
    { release: release({ phase: "Blocked" }, ["TagTaken", "stalled"]) },
    {
      is: "failed",
      reason: "TagTaken: so it is",
      mayPass: false,
      at: { ref: undefined, message: "TagTaken: so it is" },
    },
  ],
  [
    "a release that is stopped is waited for",
    begun,
    { release: release({}, ["Suspended", "stalled"]) },
    { is: "releasing", at: { ref: undefined, message: "Suspended: so it is" } },
  ],
  [
    "what has ended stays so, whatever its children say",
    { ...begun, phase: "Failed", message: "no" },
    { release: release({ phase: "Released", version: "1.0.1" }, ["Released", "ready"]) },
    { is: "failed", reason: "no", mayPass: false },
  ],
] as const) {
  test(about, () => {
    assert.deepEqual(stageOf(known, { bump: undefined, release: undefined, ...kin }), expected);
  });
}

test("what takes longer than it may has failed, with its last words", () => {
  const policy = PlanPolicy.parse({ timeout: "1h" });
  const stage = { is: "bumping", at: { ref: "#4", message: "ChecksRunning: 0 of 1" } } as const;
  const after = (minutes: number) => ({ known: begun, policy, now: new Date(Date.parse(at) + minutes * 60_000) });
  assert.equal(failedAs(stage, after(59)), undefined);
  assert.equal(failedAs(stage, after(60)), "Timeout: it took longer than 1h; at last ChecksRunning: 0 of 1");
  assert.equal(failedAs({ is: "succeeded", version: "1.0.1" }, after(60)), undefined);
});
