import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandError, exitCodes } from "../../src/cli/command.ts";
import { showProposal, standing } from "../../src/cli/proposal/show.ts";
import { verbs } from "../../src/cli/proposal/wish.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { type Steer, steering } from "../../src/schema/steering.ts";

const now = new Date("2026-11-21T12:00:00Z");
const tip = "a".repeat(40);
const proposalWith = (status: object = {}): ChangeProposal =>
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: { name: "bump", namespace: "fleet", uid: "1" },
    spec: { repositoryRef: { name: "mill" }, title: "Bump", change: { edits: [{ path: "x", content: "y" }] } },
    status,
  });
const wish = (verb: Steer, words: string, proposal = proposalWith()) =>
  verbs[verb].wish(words.split(" ").filter(Boolean), proposal, now);

for (const [verb, words, want] of [
  ["release", "we keep it", { [steering.release]: "we keep it" }],
  ["release", "", { [steering.release]: "no reason was given" }],
  ["hold", "3d not before the feast", { [steering.hold]: "2026-11-24T12:00:00Z not before the feast" }],
  ["hold", "90m", { [steering.hold]: "2026-11-21T13:30:00Z" }],
  ["hold", "2026-12-24T00:00:00Z", { [steering.hold]: "2026-12-24T00:00:00Z" }],
  ["hold", "off", { [steering.hold]: undefined }],
  ["reject", "not \u001b[31mus", { [steering.reject]: "not [31mus" }],
  ["retry", "", { [steering.retry]: now.toISOString(), [steering.reject]: undefined, [steering.release]: undefined }],
  ["rebase", "", { [steering.rebase]: now.toISOString() }],
] as const) {
  test(`\`${verb} NAME ${words}\` sets what the controller understands`, () => {
    assert.deepEqual(wish(verb, words), want);
  });
}

test("adopt takes the tip that status shows, and lets a release go", () => {
  assert.deepEqual(wish("adopt", "", proposalWith({ tip })), { [steering.adopt]: tip, [steering.release]: undefined });
});

for (const [verb, words, code, message] of [
  ["adopt", "", exitCodes.failed, /nothing to adopt/],
  ["adopt", "abc", exitCodes.usage, /"abc" is too much/],
  ["reject", "", exitCodes.usage, /a no wants a reason/],
  ["hold", "", exitCodes.usage, /is no time/],
  ["hold", "later", exitCodes.usage, /is no time/],
  ["hold", "365d", exitCodes.usage, /is no time/],
  ["hold", "2020-01-01T00:00:00Z", exitCodes.usage, /is no time/],
  ["hold", "2028-01-01T00:00:00Z", exitCodes.usage, /is no time/],
  ["rebase", "now", exitCodes.usage, /too much/],
] as const) {
  test(`\`${verb} NAME ${words}\` is refused with the way to say it`, () => {
    assert.throws(
      () => wish(verb, words),
      (error) =>
        error instanceof CommandError && error.code === code && message.test(error.message) && error.next !== undefined,
    );
  });
}

test("a hold that was said in a comment is ended by one, and the way is told", () => {
  const hold = { by: "ada", at: "2026-11-21T11:00:00Z", until: "2026-11-24T12:00:00Z" };
  const pullRequest = { ref: "#7", number: 7, url: "https://forge/7", state: "Open" };
  const held = proposalWith({ steering: { hold }, pullRequest });
  assert.throws(
    () => wish("hold", "off", held),
    (error) =>
      error instanceof CommandError &&
      error.message === "ada holds it by a comment, and a comment ends that" &&
      error.next === "say `/millrace hold off` on https://forge/7",
  );
  const annotated = proposalWith({ steering: { hold: { ...hold, by: "kubectl" } }, pullRequest });
  assert.deepEqual(wish("hold", "off", annotated), { [steering.hold]: undefined });
});

test("a proposal shows where it stands, who acts next, and the command that gets it on", () => {
  const message = "the branch has a commit that we did not write";
  const at = "2026-11-21T11:00:00Z";
  const conditions = [{ type: "Ready", status: "False", reason: "HumanOwned", message, lastTransitionTime: at }];
  const pullRequest = { ref: "#7", number: 7, url: "https://forge/7", state: "Open" };
  const proposal = proposalWith({ phase: "HumanOwned", tip, conditions, pullRequest });
  assert.equal(
    showProposal(proposal),
    `ChangeProposal fleet/bump
  Title           Bump
  Repository      mill
  Phase           HumanOwned
  Status          HumanOwned: ${message}
  Since           ${at}
  Next            A person acts next.
  To do           millrace proposal adopt bump --namespace fleet, or millrace proposal release bump --namespace fleet
  Pull request    #7 Open https://forge/7
  A person's tip  ${tip}
`,
  );
  assert.equal(standing(proposal), `bump: HumanOwned: ${message}`);
  assert.equal(standing(proposalWith()), "bump: not looked at yet");
});
