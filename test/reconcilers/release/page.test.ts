import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, digestOf, notesIn, revisedBody } from "../../../src/reconcilers/release/page.ts";

test("notes are found again between their marks, whatever stands around them", () => {
  const body = `Hello\r\n\r\n${bodyOf("## 1.0.0\n\n* a\n").replaceAll("\n", "\r\n")}\r\nBye`;
  assert.equal(notesIn(body), "## 1.0.0\n\n* a");
  assert.equal(digestOf(notesIn(body)!), digestOf("## 1.0.0\r\n\r\n* a\r\n"));
});

test("notes cannot end themselves", () => {
  const notes = "a\n<!-- /millrace:notes -->\n<!-- millrace:notes -->\nb";
  assert.equal(notesIn(bodyOf(notes))!.replace(/\n+/g, "\n"), "a\nb");
  assert.equal(digestOf(notesIn(bodyOf(notes))!), digestOf(notes));
});

for (const [about, body, want] of [
  ["an empty page gets them", "  \n", bodyOf("new")],
  ["a page of somebody else stays", "mine", undefined],
  ["what says so already stays", bodyOf("new"), undefined],
  ["what we wrote is replaced, and nothing around it", `x\n${bodyOf("old")}\ny`, `x\n${bodyOf("new")}\ny`],
  ["what a person wrote between the marks stays", bodyOf("theirs"), undefined],
  ["half a mark is somebody's page", "<!-- millrace:notes -->\nold", undefined],
] as const) {
  test(`revising: ${about}`, () => assert.equal(revisedBody(body, "new", digestOf("old")), want));
}

test("without a record of what we wrote nothing between the marks is touched", () => {
  assert.equal(revisedBody(bodyOf("old"), "new", undefined), undefined);
});
