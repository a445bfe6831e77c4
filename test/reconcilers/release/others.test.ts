import assert from "node:assert/strict";
import { test } from "node:test";
import { otherUnderWay } from "../../../src/reconcilers/release/others.ts";
import { Release } from "../../../src/schema/release.ts";

type Phase = NonNullable<NonNullable<Release["status"]>["phase"]>;

const release = (name: string, phase: Phase | undefined, spec: object = {}, second = 0): Release =>
  Release.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Release",
    metadata: { name, namespace: "a", uid: name, creationTimestamp: `2026-01-01T00:00:0${second}Z` },
    spec: { repositoryRef: { name: "app" }, ...spec },
    ...(phase && { status: { phase } }),
  });

const seenBy = (own: Release, ...others: Release[]): string | undefined =>
  otherUnderWay(own, { get: () => undefined, list: () => [own, ...others] as never })?.metadata.name;

for (const [about, want, own, other] of [
  ["one that has begun", "b", release("a", undefined), release("b", "AwaitingMerge", {}, 1)],
  ["nobody who has not begun", undefined, release("a", undefined), release("b", undefined)],
  ["nobody who is through", undefined, release("a", undefined), release("b", "Released")],
  ["nobody who needs a person", undefined, release("a", undefined), release("b", "Blocked")],
  ["nobody who is suspended", undefined, release("a", undefined), release("b", "Proposing", { suspend: true })],
  [
    "nobody of another repository",
    undefined,
    release("a", undefined),
    release("b", "Proposing", { repositoryRef: { name: "x" } }),
  ],
  ["nobody of another library", undefined, release("a", undefined), release("b", "Proposing", { library: "x" })],
  ["nobody of another line", undefined, release("a", undefined), release("b", "Proposing", { branch: "x" })],
  ["the older one, when both have begun", "b", release("a", "Proposing", {}, 1), release("b", "Proposing", {}, 0)],
  ["nobody, when it is the older one itself", undefined, release("a", "Proposing"), release("b", "Proposing", {}, 1)],
  ["the first by name of the same second", "a", release("b", "Proposing"), release("a", "Proposing")],
] as const) {
  test(`a release waits for ${about}`, () => assert.equal(seenBy(own, other), want));
}
