import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, sectionText } from "../../../src/reconcilers/release/section.ts";
import { Release } from "../../../src/schema/release.ts";

const spec = (of: object = {}) => Release.spec.parse({ repositoryRef: { name: "app" }, ...of });
const section = (notes: string, of: object = {}): string =>
  sectionText({ notes, version: "1.2.3", day: "2026-11-21" }, spec(of));

for (const [about, notes, of, want] of [
  ["notes with a heading are as they were found", "## [1.2.3](u) (d)\n\n\n* a\n", {}, "## [1.2.3](u) (d)\n\n\n* a"],
  ["notes of people get one", "* a", {}, "## 1.2.3 (2026-11-21)\n\n* a"],
  ["a heading of something else is no heading", "## What\n\n* a", {}, "## 1.2.3 (2026-11-21)\n\n## What\n\n* a"],
  ["words of people come in between", "## 1.2.3\r\n\r\n* a", { highlights: "\r\nHi\r\n" }, "## 1.2.3\n\nHi\n\n* a"],
  ["no notes leave the heading", "", {}, "## 1.2.3 (2026-11-21)"],
] as const) {
  test(about, () => assert.equal(section(notes, of), want));
}

test("what is too long is cut after a line, and says how many changes are missing", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `* change ${index}`);
  const text = cut(lines.join("\n"), 200);
  assert.ok(text.length <= 200);
  const shown = text.split("\n").slice(0, -1);
  assert.deepEqual(shown, lines.slice(0, shown.length));
  assert.equal(text.split("\n").at(-1), `* and ${100 - shown.length} more`);
  assert.equal(cut("short", 200), "short");
});

test("a line that is longer than everything is left out whole", () => {
  assert.equal(cut(`a\n* ${"x".repeat(500)}`, 100), "a\n* and 1 more");
  assert.equal(cut("x".repeat(500), 100), "* and 0 more");
});

test("what counts is bytes, since objects are measured in them", () => {
  const text = cut(Array.from({ length: 100 }, () => "* größer, 更大").join("\n"), 200);
  assert.ok(Buffer.byteLength(text) <= 200);
  assert.doesNotMatch(text, /\ufffd/);
});
