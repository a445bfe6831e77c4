import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "../../../src/reconcilers/release/decide.ts";
import type { Asset, Behind, Observed } from "../../../src/reconcilers/release/observed.ts";
import { bodyOf } from "../../../src/reconcilers/release/page.ts";
import { ruleOf } from "../../../src/reconcilers/release/rule.ts";
import { verdicts } from "../../../src/reconcilers/release/verdict.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { Release } from "../../../src/schema/release.ts";
import { ReleaseRule } from "../../../src/schema/release-rule.ts";
import { Repository } from "../../../src/schema/repository.ts";

const sha = "a".repeat(40);
const metadata = { name: "next", namespace: "a", uid: "u", generation: 1 };
const object = { apiVersion: "millrace.dev/v1alpha1", metadata };
const repository = Repository.object.parse({
  ...object,
  kind: "Repository",
  spec: { forgeRef: { name: "f" }, owner: "acme", name: "app" },
});
const release = (spec: object = {}, status?: object): Release =>
  Release.object.parse({ ...object, kind: "Release", spec: { repositoryRef: { name: "app" }, ...spec }, status });
const found = ruleOf(release().spec, ReleaseRule.parse({}), "main");
assert.ok(found.is === "rule");
const line = { rule: found.rule, head: sha, previous: undefined, commits: [] };

function* each<T extends object>(choices: { readonly [K in keyof T]: readonly T[K][] }): Generator<T> {
  const [first, ...rest] = Object.entries(choices) as [string, readonly unknown[]][];
  if (!first) return yield {} as T;
  for (const value of first[1]) {
    for (const more of each<T>(Object.fromEntries(rest) as never)) yield { [first[0]]: value, ...more };
  }
}

const page = (body: string, isDraft = false): NonNullable<Behind["page"]> => ({
  ...{ tag: "v1.0.0", url: "https://forge.example/r", title: "v1.0.0", body, isDraft, isPreRelease: false, assets: [] },
});
const asset = (is: Asset["is"]): Asset => ({ name: "a", path: "a", is });

const behinds = each<Pick<Behind, "isTagged" | "page" | "assets" | "isOpen" | "isFresh">>({
  isTagged: [true, false],
  page: [undefined, page(""), page("mine"), page(bodyOf("notes")), page(bodyOf("old")), page("mine", true)],
  assets: [[], [asset("there")], [asset("missing")], [asset("absent")], [asset("other"), asset("missing")]],
  isOpen: [true, false],
  isFresh: [true, false],
});

const landed = { version: "1.0.0", commit: sha, notes: undefined, adopted: undefined };
const base = { is: "behind", landed, tag: "v1.0.0", isSurpassed: false, previous: undefined, notes: "notes" } as const;

/** What must hold of an answer, whatever is there. */
function isRight(behind: Parameters<typeof observedOf>[0], forgeRelease: Release["spec"]["forgeRelease"]): void {
  const about = JSON.stringify({ behind, forgeRelease });
  const decision = decide(observedOf(behind, forgeRelease));
  const { finding, phase } = decision;
  assert.equal(verdicts[finding.reason as keyof typeof verdicts], finding.verdict, about);
  assert.ok(finding.message.length > 10, about);
  const isShown = forgeRelease === "None" || (behind.page && behind.assets.every(({ is }) => is === "there"));
  const isAll = behind.isTagged && behind.isFresh && !behind.isOpen && isShown;
  assert.ok(phase !== "Released" || isAll, about);
  if (decision.do !== "step") return;
  const { step } = decision;
  // Nothing is shown before the tag is there, and nothing is done twice.
  assert.equal(step.do === "tag", !behind.isTagged, about);
  assert.ok(step.do === "tag" || forgeRelease !== "None", about);
  assert.ok(step.do !== "publish" || behind.page === undefined, about);
  assert.ok(step.do !== "attach" || behind.assets.some(({ is }) => is === "missing"), about);
}

const observedOf = (behind: Omit<Behind, keyof typeof base>, forgeRelease: string): Observed => ({
  ...{ release: release({ forgeRelease }), repository, now: new Date(0), child: undefined },
  state: { ...base, ...behind },
});

test("whatever is there of a release has an answer, and only all of it is Released", () => {
  let count = 0;
  for (const behind of behinds) {
    for (const forgeRelease of ["Publish", "Draft", "None"] as const) isRight(behind, forgeRelease);
    count++;
  }
  assert.equal(count, 240);
});

const child = (phase: string, reason: string, stalled: boolean, spec: object = {}): ChangeProposal => {
  const edits = [{ path: "CHANGELOG.md", changelog: { version: "1.0.0", text: "## 1.0.0" } }];
  const condition = (type: string, status: string) => ({
    ...{ type, status, reason, message: "as it is", lastTransitionTime: "2026-01-01T00:00:00Z" },
  });
  return ChangeProposal.object.parse({
    ...object,
    kind: "ChangeProposal",
    spec: { repositoryRef: { name: "app" }, title: "t", change: { edits }, ...spec },
    status: {
      ...{ phase, observedGeneration: 1 },
      pullRequest: { ref: "#1", number: 1, url: "u", state: "Open" },
      conditions: [condition("Ready", "False"), condition(stalled ? "Stalled" : "Reconciling", "True")],
    },
  });
};

const next = { is: "release", version: "1.0.0", because: "it is", notes: "n" } as const;
const ahead = (of: Partial<Observed> & { readonly state?: never }, more: object = {}): Observed => ({
  ...{ release: release({}, { offered: ["1.0.0"] }), repository, now: new Date(0), child: undefined },
  ...of,
  state: { is: "ahead", line, next, proposal: undefined, absent: [], ...more },
});

for (const [about, observed, want] of [
  ["a version is written down before it is proposed", ahead({ release: release() }), "offer Proposing Proposing"],
  ["then the proposal is made", ahead({}), "rest Proposing Proposing"],
  [
    "checks are waited for",
    ahead({ child: child("ChecksRunning", "ChecksRunning", false) }),
    "rest AwaitingMerge AwaitingMerge",
  ],
  [
    "a failed check needs somebody",
    ahead({ child: child("ChecksFailed", "ChecksFailed", true) }),
    "rest Blocked ChecksFailed",
  ],
  [
    "so do checks that do not start",
    ahead({ child: child("Blocked", "ChecksNotStarting", true) }),
    "rest Blocked ChecksFailed",
  ],
  ["a person has it", ahead({ child: child("HumanOwned", "HumanOwned", true) }), "rest AwaitingMerge HumanOwned"],
  ["a person does not want it", ahead({ child: child("Declined", "Declined", true) }), "rest Blocked Declined"],
  [
    "something else is in the way",
    ahead({ child: child("Blocked", "Conflicting", true) }),
    "rest Blocked ProposalBlocked",
  ],
  [
    "a merge is not on the branch yet",
    ahead({ child: child("Merged", "Merged", false) }),
    "rest AwaitingMerge AwaitingMerge",
  ],
  [
    "nothing is for users",
    ahead({}, { next: { is: "nothing", message: "no commit" } }),
    "rest NothingToRelease NothingToRelease",
  ],
  ["a file is missing", ahead({}, { absent: ["a"] }), "rest Blocked AssetMissing"],
  [
    "a no stays a no when another version comes up by itself",
    ahead({ child: child("Declined", "Declined", true) }, { next: { ...next, version: "2.0.0" } }),
    "rest Blocked Declined",
  ],
  [
    "another version that is asked for is not what was refused",
    ahead(
      { release: release({ version: "2.0.0" }, { offered: ["1.0.0"] }), child: child("Declined", "Declined", true) },
      { next: { ...next, version: "2.0.0" } },
    ),
    "offer Proposing Proposing",
  ],
] as const) {
  test(`before the merge: ${about}`, () => {
    const { do: what, phase, finding } = decide(observed);
    assert.equal(`${what} ${phase} ${finding.reason}`, want);
    assert.equal(verdicts[finding.reason as keyof typeof verdicts], finding.verdict);
  });
}
