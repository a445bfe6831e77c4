import assert from "node:assert/strict";
import { test } from "node:test";
import { childKey } from "../../../src/reconcilers/release/child.ts";
import { stopKin } from "../../../src/reconcilers/release-plan/stop.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { Release } from "../../../src/schema/release.ts";
import { ReleasePlan } from "../../../src/schema/release-plan.ts";

const meta = (name: string, uid: string, owner?: string) => ({
  ...{ name, namespace: "fleet", uid, generation: 1 },
  ...(owner && {
    ownerReferences: [
      { apiVersion: "millrace.dev/v1alpha1", kind: "Release", name: "autumn-app", uid: owner, controller: true },
    ],
  }),
});
const api = { apiVersion: "millrace.dev/v1alpha1" } as const;
const repositoryRef = { name: "app" };
const proposal = (name: string, uid: string, owner?: string) =>
  ChangeProposal.object.parse({
    ...{ ...api, kind: "ChangeProposal", metadata: meta(name, uid, owner) },
    spec: { repositoryRef, title: "chore: release 1.0.0", change: { edits: [{ path: "a", content: "b" }] } },
  });

test("an abort stops what a release made, also where its name was taken and its status is lost", async () => {
  const release = Release.object.parse({
    ...api,
    kind: "Release",
    metadata: meta("autumn-app", "r"),
    spec: { repositoryRef },
  });
  const plan = ReleasePlan.object.parse({
    ...{ ...api, kind: "ReleasePlan", metadata: meta("autumn", "p") },
    spec: { releases: [{ repositoryRef }] },
  });
  const there = new Map([["autumn-app", proposal("autumn-app", "somebody's")]]);
  const lookup = { get: (_: unknown, { name }: { name: string }) => there.get(name) as never, list: () => [] };
  const { name } = childKey(release, lookup);
  assert.notEqual(name, "autumn-app");
  there.set(name, proposal(name, "ours", "r"));
  const stopped: string[] = [];
  const children = {
    apply: async (child: { readonly key: { readonly name: string } }) => void stopped.push(child.key.name),
    remove: async () => assert.fail("nothing is taken away"),
  };
  await stopKin(plan, { bump: undefined, release }, { lookup, children }, new AbortController().signal);
  assert.deepEqual(stopped, ["autumn-app", name]);
});
