import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { affectedBy, parsePayload } from "../../src/gateway/delivery.ts";
import { announced } from "../../src/gateway/gitea-headers.ts";
import { isSigned } from "../../src/gateway/signature.ts";
import type { Lookup } from "../../src/reconcilers/ports.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Repository } from "../../src/schema/repository.ts";
import { deliveries, head } from "../support/gitea-deliveries.ts";

const meta = (name: string) => ({ name, namespace: "fleet", uid: name, generation: 1 });
const proposal = (name: string, branch: string, number: number, commit: string) =>
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: meta(name),
    spec: { repositoryRef: { name: "hk" }, title: "t", change: { edits: [{ path: "a", content: "b" }] } },
    status: { branch, commit, pullRequest: { ref: `#${number}`, number, url: "http://x", state: "Open" } },
  });
const objects = [
  Repository.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Repository",
    metadata: meta("hk"),
    spec: { forgeRef: { name: "gitea" }, owner: "team", name: "hk" },
  }),
  proposal("ours", "feature/change", 1, head),
  proposal("other", "feature/other", 2, "f".repeat(40)),
];
const lookup: Lookup = {
  get: () => undefined,
  list: (kind) => objects.filter((each) => each.kind === kind.kind) as never,
};

const wakes = (name: keyof typeof deliveries): readonly string[] => {
  const { event, body } = deliveries[name];
  const payload = parsePayload(JSON.stringify(body));
  assert.ok(payload, `${name} is no payload`);
  const affected = affectedBy(event, payload, { namespace: "fleet", name: "gitea" }, lookup);
  return affected.map(({ kind, key }) => `${kind.kind}/${key.name}`);
};

test("Gitea's deliveries about a branch or a pull request of ours wake its proposal alone", () => {
  for (const name of [
    "pushToBranch",
    "createBranch",
    "deleteBranch",
    "opened",
    "synchronized",
    "closed",
    "commented",
    "status",
  ] as const)
    assert.deepEqual(wakes(name), ["ChangeProposal/ours"], name);
});

test("Gitea's deliveries about the base branch wake the repository, and about an issue nobody", () => {
  assert.deepEqual(wakes("pushToMain"), ["Repository/hk"]);
  assert.deepEqual(wakes("commentedElsewhere"), []);
});

const headersOf = (headers: Readonly<Record<string, string>>) => announced((name) => headers[name]);
const secret = "hook";
const bytes = Buffer.from(JSON.stringify(deliveries.pushToMain.body));
const hex = createHmac("sha256", secret).update(bytes).digest("hex");

test("a delivery with all the headers that Gitea sends is announced by GitHub's", () => {
  assert.deepEqual(
    headersOf({
      "x-github-event": "pull_request",
      "x-github-event-type": "pull_request_sync",
      "x-github-delivery": "e898",
      "x-gitea-event": "pull_request",
      "x-gitea-event-type": "pull_request_sync",
      "x-gitea-delivery": "e898",
      "x-gitea-signature": hex,
      "x-hub-signature": "sha1=6b9a",
      "x-hub-signature-256": `sha256=${hex}`,
    }),
    { event: "pull_request", id: "e898", signature: `sha256=${hex}` },
  );
});

for (const forge of ["gitea", "forgejo"]) {
  test(`a delivery with the headers of ${forge} alone is believed when it is signed, and only then`, () => {
    const { event, id, signature } = headersOf({
      [`x-${forge}-event`]: "push",
      [`x-${forge}-delivery`]: "1",
      [`x-${forge}-signature`]: hex,
    });
    assert.deepEqual([event, id], ["push", "1"]);
    assert.ok(isSigned(bytes, signature, [secret]));
    assert.ok(!isSigned(bytes, signature, ["another"]));
    assert.ok(!isSigned(Buffer.from("{}"), signature, [secret]));
  });
}

test("a signature that is none is not taken for one by another name", () => {
  assert.equal(headersOf({ "x-gitea-event": "push" }).signature, undefined);
  const both = headersOf({ "x-hub-signature-256": "sha256=forged", "x-gitea-signature": hex });
  assert.ok(!isSigned(bytes, both.signature, [secret]));
  assert.ok(!isSigned(bytes, headersOf({ "x-gitea-signature": `sha256=${hex}` }).signature, [secret]));
});
