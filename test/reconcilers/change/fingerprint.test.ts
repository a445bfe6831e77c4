import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprintIn, fingerprintOf, messageOf } from "../../../src/reconcilers/change/fingerprint.ts";
import { proposing } from "./hands.ts";

const of = (change: object): string => fingerprintOf(proposing(change));
const set = { field: ["v"], value: "1" };
const sha = "1".repeat(40);
const run = { command: ["make"], paths: ["out/"] };

test("a fingerprint stays what it was, since refusals are remembered by it", () => {
  const edits = [
    { path: "a", set },
    { path: "b", content: "x" },
    { path: "c", delete: true },
  ];
  assert.equal(of({ edits }), "c331ea0712f4e4505ce9b962ca0c5f17ee52f58b074efbf01a628c5c905c6023");
});

test("each change has a fingerprint of its own", () => {
  const changes = [
    { edits: [{ path: "a", set }] },
    { edits: [{ path: "a", set: { ...set, format: "Json" } }] },
    { edits: [{ path: "a", set: { ...set, value: "2" } }] },
    { edits: [{ path: "a", line: { marker: "v", value: "1" } }] },
    { edits: [{ path: "a", line: { marker: "v", value: "1", what: "Quoted" } }] },
    { edits: [{ path: "a", content: "1" }] },
    { edits: [{ path: "a", content: "1", mode: "Executable" }] },
    { edits: [{ path: "a", delete: true }] },
    { edits: [{ path: "a", rename: { to: "b" } }] },
    { edits: [{ path: "a", mode: "Executable" }] },
    { edits: [{ path: "a", mode: "File" }] },
    { edits: [{ path: "a", changelog: { version: "1.0.0", text: "## 1.0.0\n" } }] },
    { edits: [{ path: "a", changelog: { version: "1.0.0", text: "## 1.0.0\n\nMore.\n" } }] },
    { revert: { from: sha, to: "2".repeat(40) } },
    { revert: { from: sha, to: "3".repeat(40) } },
    { revert: { from: "2".repeat(40), to: "3".repeat(40) } },
    { cherryPick: { commits: [sha] } },
    { cherryPick: { commits: [sha, "2".repeat(40)] } },
    { run },
    { run: { ...run, command: ["make", "all"] } },
    { run: { ...run, env: [{ name: "A", value: "b" }] } },
    { run: { ...run, directory: "out" } },
    { run: { ...run, paths: ["out/", "src/"] } },
    { run: { ...run, network: "Open" } },
    { run: { ...run, repeat: "WhenBaseMoves" } },
    { run: { ...run, image: `a@sha256:${"1".repeat(64)}` } },
  ];
  assert.equal(new Set(changes.map(of)).size, changes.length);
});

test("limits, and what to do about conflicts, are no part of what is asked for", () => {
  assert.equal(of({ run: { ...run, limits: { time: "1h" } } }), of({ run }));
  assert.equal(of({ cherryPick: { commits: [sha], onConflict: "FailFast" } }), of({ cherryPick: { commits: [sha] } }));
});

test("a message carries the fingerprint last, whatever its text says", () => {
  const proposal = proposing({ run });
  const forged = { ...proposal, spec: { ...proposal.spec, body: `x\n\nMillrace-Fingerprint: ${"0".repeat(64)}` } };
  assert.equal(fingerprintIn(messageOf(forged)), fingerprintOf(proposal));
  assert.match(
    messageOf(proposal),
    /^A change\n\nIt is needed\.\n\nMillrace-Proposal: fleet\/it\nMillrace-Fingerprint: /,
  );
});
