import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cell, code, inert, link, quoted } from "../../../src/reconcilers/change-proposal/quoted.ts";
import { digestOf, revision, textOfPull } from "../../../src/reconcilers/change-proposal/text.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";

/** What upstream may say, as nasty as it gets: pieces that a forge gives a meaning to, between anything at all. */
const pieces = fc.constantFrom(
  "@everyone",
  "@acme/owners",
  "#12",
  "acme/app#12",
  "GH-12",
  "!12",
  "fixes #1",
  "Closes: https://github.com/acme/app/issues/1",
  "<script>alert(1)</script>",
  "<!-- millrace -->",
  "<img src=x onerror=y>",
  "![x](http://evil.example/y.png)",
  "[click](javascript:alert(1))",
  "http://evil.example",
  "www.evil.example",
  "<https://evil.example>",
  "a@b.example",
  "`",
  "```",
  "~~~",
  "\n\n---\n",
  "\n# Title\n",
  "\n> ",
  "\n</details>",
  "&lt;b&gt;",
  "&#64;all",
  "\u202e",
  "\u0000",
  "|",
  "\\",
  "\r",
  "\n/millrace reject",
  "1. ",
  "- [ ] ",
  "==",
  "$x$",
  "0123456789abcdef0123456789abcdef01234567",
);
const hostile = fc
  .array(fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 12 })), { maxLength: 12 })
  .map((parts) => parts.join(""));

/** What is left of Markdown when everything that a backslash or a gap takes the meaning from is gone. */
const meaning = (markdown: string): string => markdown.replace(/\\[!-/:-@[-`{-~]/g, "").replaceAll("&#8203;", "\u200b");

function assertInert(markdown: string): void {
  const left = meaning(markdown);
  assert.doesNotMatch(left, /[*_`[\]<>#~|!{}\\]/, markdown);
  assert.doesNotMatch(left, /@[^\u200b]|@$/u, `a mention in ${markdown}`);
  assert.doesNotMatch(left, /&(?!\u200b)/u, `an entity in ${markdown}`);
  assert.doesNotMatch(markdown, /:\/\/|www\.|\p{Cc}|\p{Cf}/u, `an address in ${markdown}`);
  assert.doesNotMatch(
    markdown.replaceAll("&#8203;", "\u200b").replace(/\\([!-/:-@[-`{-~])/g, "$1"),
    /[#!]\d|GH-\d|\b[0-9a-f]{7,}\b/,
    `a number of an issue in ${markdown}`,
  );
}

test("no text of others has any effect on a line of ours", () => {
  fc.assert(
    fc.property(hostile, (text) => assertInert(inert(text))),
    { numRuns: 1_000 },
  );
});

test("a quotation stays one, whatever is in it", () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, most) => {
      const lines = quoted(text, most).split("\n");
      const isCut = [...text].length > most;
      for (const line of isCut ? lines.slice(0, -1) : lines) {
        assert.match(line, /^>/);
        assertInert(line.slice(1));
      }
      if (isCut) assert.match(lines.at(-1)!, /^> \*\d+ more characters are left out\.\*$/);
    }),
    { numRuns: 1_000 },
  );
});

test("a code span ends where it should, on one line", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const span = code(text);
      if (span === "") return;
      const [fence = ""] = /^`+/.exec(span) ?? [];
      const content = span.slice(fence.length, -fence.length);
      assert.ok(span.endsWith(fence));
      assert.ok(![...content.matchAll(/`+/g)].some(([run]) => run.length === fence.length));
      assert.doesNotMatch(span, /[\n\r]/);
    }),
    { numRuns: 1_000 },
  );
});

test("a link leads to the web, and a cell stays in its row", () => {
  const urls = fc.oneof(
    hostile,
    fc.webUrl(),
    fc.constantFrom(
      "javascript:alert(1)",
      "data:text/html,x",
      "https://user:pass@evil.example",
      "HTTPS://A.example/(b)|c>d",
      "//x",
    ),
  );
  fc.assert(
    fc.property(hostile, urls, (words, url) => {
      const shown = cell(link(words, url));
      assert.doesNotMatch(shown, /[\n\r]|(?<!\\)\|/);
      const address = /\]\(<(?<to>[^>]*)>\)$/.exec(shown)?.groups?.["to"];
      if (address === undefined) return assertInert(shown);
      assert.match(address, /^https?:\/\/[^\s<>()|\\`]*$/);
      assert.equal(new URL(address).username, "");
    }),
    { numRuns: 1_000 },
  );
});

const proposal = (about: object): ChangeProposal =>
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: { name: "bump", namespace: "fleet", uid: "1", generation: 1 },
    spec: {
      repositoryRef: { name: "app" },
      title: "Bump",
      change: { edits: [{ path: "a", content: "b" }] },
      about,
    },
  });

test("the longest text still fits a forge, and says what was left out", () => {
  const notes = "@all #1 http://x ".repeat(1_000).slice(0, 16_384);
  const origins = Array.from({ length: 32 }, () => ({
    name: "n".repeat(253),
    url: `https://x.example/${"y".repeat(2_000)}`,
    from: "1".repeat(256),
    to: "2".repeat(256),
  }));
  const paths = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(500));
  const { body } = textOfPull(proposal({ why: "@".repeat(1_024), next: "#1".repeat(512), notes, origins }), {
    diff: { files: 500, added: 1, removed: 2, paths },
    leftOut: "main has it already",
  });
  assert.match(body, /What is left out:\*\* main has it already/);
  assert.match(body, /12384 more characters are left out/);
  assert.ok(body.length < 65_536 * 2, String(body.length));
  assert.match(body, /490 more/);
});

test("the same object and the same change have the same text", () => {
  const about = { why: "x", notes: "y" };
  assert.deepEqual(textOfPull(proposal(about), {}), textOfPull(proposal(about), {}));
});

test("only what is ours is ever rewritten, part by part", () => {
  const parts = fc.constantFrom("old", "new", "theirs", "old\r\n", "");
  fc.assert(
    fc.property(parts, parts, parts, parts, (title, body, wantedTitle, wantedBody) => {
      const [shown, wanted] = [
        { title, body },
        { title: wantedTitle, body: wantedBody },
      ];
      const known = [digestOf({ title: "old", body: "old" })];
      const next = revision(shown, wanted, known) ?? shown;
      assert.equal(next.title, title.trim() === "old" && revision(shown, wanted, known) ? next.title : shown.title);
      if (title.trim() !== "old") assert.equal(next.title, title);
      if (body.trim() !== "old") assert.equal(next.body, body);
      assert.equal(revision(next, wanted, [digestOf(wanted), ...known]), undefined);
    }),
  );
});
