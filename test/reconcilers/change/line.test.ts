import assert from "node:assert/strict";
import { test } from "node:test";
import { setLines } from "../../../src/reconcilers/change/line.ts";

const [old, young] = ["0123456789abcdef0123456789abcdef01234567", "f".repeat(40)];

for (const [about, what, before, value, after] of [
  ["a version", "Version", "FROM x:1.2.3 # @\n", "1.3.0", "FROM x:1.3.0 # @\n"],
  ["the v before a version", "Version", "x v1.2.3 @", "1.3.0", "x v1.3.0 @"],
  ["and does not double it", "Version", "x v1.2.3 @", "v1.3.0", "x v1.3.0 @"],
  ["a v that was not there is put there", "Version", "x 1.2.3 @", "v1.3.0", "x v1.3.0 @"],
  ["a word that ends with v", "Version", "rev1.2.3 @", "v2.0.0", "rev2.0.0 @"],
  ["a pre-release and build data", "Version", "x=1.2.3-rc.1+b.7 @", "1.2.3", "x=1.2.3 @"],
  ["versions in other lines", "Version", "1.0.0\n2.0.0 @\n3.0.0\n", "4.0.0", "1.0.0\n4.0.0 @\n3.0.0\n"],
  ["every marked line", "Version", "1.0.0 @\n2.0.0 @", "3.0.0", "3.0.0 @\n3.0.0 @"],
  ["Windows' line ends, and others", "Version", "a\r\n1.0.0 @\r\nb\rc\n", "2.0.0", "a\r\n2.0.0 @\r\nb\rc\n"],
  ["a byte order mark", "Version", "\ufeff1.0.0 @\n", "2.0.0", "\ufeff2.0.0 @\n"],
  ["a number that is no version", "Version", "a 10.0.0.1 b 1.0.0 c 1.0 @", "2.0.0", "a 10.0.0.1 b 2.0.0 c 1.0 @"],
  ["a commit", "Commit", `uses: a/b@${old} # @\n`, young, `uses: a/b@${young} # @\n`],
  ["a long commit", "Commit", `x ${"a".repeat(64)} @`, "b".repeat(64), `x ${"b".repeat(64)} @`],
  ["hex that is no commit", "Commit", `x ${old}ff ${old} @`, young, `x ${old}ff ${young} @`],
  ["double quotes", "Quoted", 'version = "x" // @\n', "y", 'version = "y" // @\n'],
  ["single quotes", "Quoted", "version = '' // @\n", "y", "version = 'y' // @\n"],
  ["escaped quotes", "Quoted", String.raw`v = "a\"b" @`, "y", 'v = "y" @'],
] as const) {
  test(`changing marked lines keeps ${about}`, () => {
    const edited = setLines(before, { marker: "@", what, value });
    assert.deepEqual(edited, { is: "edited", text: after });
    assert.deepEqual(setLines(after, { marker: "@", what, value }), edited, "and doing it again changes nothing");
  });
}

for (const [about, text, what, value, reason, message] of [
  ["no marked line", "1.0.0\n", "Version", "2.0.0", "MarkerMissing", /^no line holds "@"/],
  ["an empty file", "", "Version", "2.0.0", "MarkerMissing", /^no line holds/],
  ["a marked line without a version", "a\nx @\n", "Version", "2.0.0", "MarkerAmbiguous", /^line 2 .* and 0 parts/],
  ["a marked line with two", "1.0.0 2.0.0 @\n", "Version", "3.0.0", "MarkerAmbiguous", /^line 1 .* and 2 parts/],
  ["a second marked line that is not clear", "1.0.0 @\nx @\n", "Version", "3.0.0", "MarkerAmbiguous", /^line 2/],
  ["two quoted texts", "'a' \"b\" @\n", "Quoted", "c", "MarkerAmbiguous", /2 parts that are a quoted text/],
  [
    "a value that is no version",
    "1.0.0 @\n",
    "Version",
    "latest",
    "FieldUnsupported",
    /^"latest" is no semantic version/,
  ],
  ["a value that is no commit", `${old} @\n`, "Commit", "main", "FieldUnsupported", /^"main" is no full commit id/],
  ["a quote in a quoted text", "'a' @\n", "Quoted", "b' + evil + '", "FieldUnsupported", /without quotes/],
  ["a line break in a quoted text", "'a' @\n", "Quoted", "b\nc", "FieldUnsupported", /line breaks/],
] as const) {
  test(`${about} is refused, with the line`, () => {
    const edited = setLines(text, { marker: "@", what, value });
    assert.equal(edited.is === "refused" && edited.reason, reason);
    assert.match(edited.is === "refused" ? edited.message : "", message);
  });
}

test("what the marker itself holds is not meant", () => {
  const marker = 'pin "1.0.0"';
  assert.deepEqual(setLines(`x = "2.0.0" # ${marker}\n`, { marker, what: "Quoted", value: "3" }), {
    is: "edited",
    text: `x = "3" # ${marker}\n`,
  });
});

for (const [about, text, marker, value, after] of [
  [
    "where it stands by itself",
    'x = ["auth>=1.2", "my-auth>=1.2"]\n',
    "auth>=1.2",
    "auth>=1.3",
    'x = ["auth>=1.3", "my-auth>=1.2"]\n',
  ],
  ["not in a longer version", "auth==1.2\nauth==1.2.3\n", "auth==1.2", "auth==1.4", "auth==1.4\nauth==1.2.3\n"],
  ["also with signs that patterns know", "a.b/c v1.0.0 (x) $1\n", "c v1.0.0 (x)", "$& v2", "a.b/c v1.0.0 (x) $1\n"],
] as const) {
  test(`a marker itself is replaced ${about}`, () => {
    const edited = setLines(text, { marker, what: "Marker", value });
    if (text === after) assert.equal(edited.is === "refused" && edited.reason, "MarkerMissing");
    else {
      assert.deepEqual(edited, { is: "edited", text: after });
      assert.deepEqual(setLines(after, { marker, what: "Marker", value }), edited, "and a second time changes nothing");
    }
  });
}
