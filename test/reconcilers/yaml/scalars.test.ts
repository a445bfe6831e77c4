import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { Scalars } from "../../../src/reconcilers/yaml/scalars.ts";
import { mulberry32, pick } from "../../support/random.ts";

/** Nine words, of which each next line has nine times as many. */
const bomb = [..."abcdefghij"]
  .map((name, index, names) => `${name}: &${name} [${Array(9).fill(index === 0 ? "w" : `*${names[index - 1]}`)}]\n`)
  .join("");

const set = (text: string, field: string, value: string) =>
  new Scalars().set(text, [{ field: field.split("."), value }]);

for (const [about, before, field, value, after] of [
  ["a plain value", "a: 1\nb: 2\n", "b", "3", "a: 1\nb: 3\n"],
  ["one further in", "a:\n  b:\n    c: x\n  d: y\n", "a.b.c", "z", "a:\n  b:\n    c: z\n  d: y\n"],
  ["comments", "# top\na: x # why\n# end\n", "a", "y", "# top\na: y # why\n# end\n"],
  ["double quotes", 'a: "x"\n', "a", "y", 'a: "y"\n'],
  ["single quotes", "a: 'x'\n", "a", "it's", "a: 'it''s'\n"],
  ["Windows' line ends", "a:\r\n  b: x\r\nc: y\r\n", "a.b", "z", "a:\r\n  b: z\r\nc: y\r\n"],
  ["a byte order mark", "\ufeffa: x\nb: y\n", "a", "z", "\ufeffa: z\nb: y\n"],
  ["no line end at the end", "a: x", "a", "y", "a: y"],
  ["spaces before a value", "a:     x\n", "a", "y", "a:     y\n"],
  ["a flow mapping", "a: {b: x, c: y}\n", "a.b", "z", "a: {b: z, c: y}\n"],
  ["a file in flow style", '{"a": {"b": "x"}}\n', "a.b", "y", '{"a": {"b": "y"}}\n'],
  ["a document marker", "---\na: x\n", "a", "y", "---\na: y\n"],
  ["a list in the first column", "l:\n- a: 1\n- b\na: x\n", "a", "y", "l:\n- a: 1\n- b\na: y\n"],
  ["a key that another one begins with", "ab: 1\na: x\n", "a", "y", "ab: 1\na: y\n"],
  ["a key in quotes", '"a": x\n', "a", "y", '"a": y\n'],
  ["a key that is a number", "1: x\n", "1", "y", "1: y\n"],
  ["an explicit key", "? a\n: x\n", "a", "y", "? a\n: y\n"],
  [
    "block texts around it",
    "t: |\n  a: no\n\n  more\na: x\nu: >-\n  b: no\n",
    "a",
    "y",
    "t: |\n  a: no\n\n  more\na: y\nu: >-\n  b: no\n",
  ],
  ["null", "a: ~\n", "a", "x", "a: x\n"],
  ["a number by a number", "a: 1\n", "a", "2", "a: 2\n"],
  ["an item of a list", "l:\n  - a # one\n  - b # two\n", "l.1", "c", "l:\n  - a # one\n  - c # two\n"],
  ["a key of an item", "l:\n- n: a\n  v: 1\n- n: b\n  v: 2\n", "l.1.v", "3", "l:\n- n: a\n  v: 1\n- n: b\n  v: 3\n"],
  ["an item in flow style", "l: [a, [b, c]]\n", "l.1.0", "d", "l: [a, [d, c]]\n"],
  ["an item of a document that is a list", "- a\n- b: c\n", "1.b", "d", "- a\n- b: d\n"],
  ["many brackets in texts", `t: "${"[".repeat(999)}"\na: x\n`, "a", "y", `t: "${"[".repeat(999)}"\na: y\n`],
  ["a line far to the right", `a: x\nb:\n${" ".repeat(300)}c: 1\n`, "a", "y", `a: y\nb:\n${" ".repeat(300)}c: 1\n`],
  ["anchors elsewhere", "d: &d\n  e: 1\nf: *d\na: x\n", "a", "y", "d: &d\n  e: 1\nf: *d\na: y\n"],
] as const) {
  test(`setting a value keeps ${about}`, () => {
    assert.deepEqual(set(before, field, value), { is: "edited", text: after });
    const found = new Scalars().read(after, field.split("."));
    assert.equal(found.is === "found" && found.text, value, "and it is read back");
  });
}

for (const [value, written] of [
  ["true", "'true'"],
  ["null", "'null'"],
  ["1234567890123456789012345678901234567890", "'1234567890123456789012345678901234567890'"],
  ["12e4567", "'12e4567'"],
  ["0x1f", "'0x1f'"],
  ["~", "'~'"],
  ["", "''"],
  ["a: b", "'a: b'"],
  ["a #b", "'a #b'"],
  ["a#b", "'a#b'"],
  ["*a", "'*a'"],
  ["- a", "'- a'"],
  ["{{x}}", "'{{x}}'"],
  ["a:", "'a:'"],
  ["https://example.com/x", "https://example.com/x"],
  ["v1.2.3-rc.1+b", "v1.2.3-rc.1+b"],
  ["two words", "two words"],
  ["a\nb: c", '"a\\nb: c"'],
  ["tab\t", '"tab\\t"'],
  ["\u2028", '"\\u2028"'],
  ["\u0000", '"\\u0000"'],
  ["grün", "'grün'"],
] as const) {
  test(`the text ${JSON.stringify(value)} stays a text`, () => {
    assert.deepEqual(set("a: x\nb: y\n", "a", value), { is: "edited", text: `a: ${written}\nb: y\n` });
    assert.deepEqual(parse(`a: ${written}\nb: y\n`), { a: value, b: "y" });
  });
}

for (const [about, text, field, reason, message] of [
  ["a missing key", "a: 1\n", "b", "FieldMissing", /^there is no b$/],
  ["a missing key further in", "a:\n  b: 1\n", "a.c.d", "FieldMissing", /^there is no a\.c$/],
  ["keys below a value", "a: 1\n", "a.b", "FieldMissing", /^there is no a\.b: a has no keys$/],
  ["keys below a list", "a:\n  - b\n", "a.b", "FieldMissing", /^there is no a\.b: a is a list, whose items go by/],
  ["an item beyond the list", "a:\n  - b\n", "a.1", "FieldMissing", /^there is no a\.1: a is a list/],
  ["an item by an odd number", "a:\n  - b\n", "a.00", "FieldMissing", /^there is no a\.00: a is a list/],
  ["an item without a value", "a:\n  -\n  - b\n", "a.0", "FieldMissing", /^a\.0 has no value$/],
  ["nesting without an end", "[".repeat(100_000), "a", "InvalidYaml", /^it is nested too deeply to be read$/],
  ["a list of lists of lists", "- ".repeat(5_000), "0", "InvalidYaml", /^it is nested too deeply to be read$/],
  ["mappings without an end", "{a: ".repeat(3_000), "a", "InvalidYaml", /^it is nested too deeply to be read$/],
  [
    "a staircase",
    Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""),
    "a",
    "InvalidYaml",
    /^it is nested too deeply to be read$/,
  ],
  ["a bomb", `x: 1\n${bomb}`, "x", "InvalidYaml", /^its aliases come to millions of values when they are written out$/],
  ["no value", "a:\nb: 1\n", "a", "FieldMissing", /^a has no value$/],
  ["a mapping", "a:\n  b: 1\n", "a", "FieldUnsupported", /^a is no single value$/],
  ["a list", "a: [b]\n", "a", "FieldUnsupported", /^a is no single value$/],
  ["a block text", "a: |\n  x\n", "a", "FieldUnsupported", /written as a block/],
  ["a text of two lines", "a: x\n  y\n", "a", "FieldUnsupported", /several lines/],
  ["a quoted text of two lines", 'a: "x\n  y"\n', "a", "FieldUnsupported", /several lines/],
  ["an alias", "b: &x 1\na: *x\n", "a", "FieldUnsupported", /^a is an alias \(\*x\)/],
  ["an anchor", "a: &x 1\nb: *x\n", "a", "FieldUnsupported", /^a has an anchor \(&x\)/],
  ["an anchor on the way", "a: &x\n  c: 1\nb: *x\n", "a.c", "FieldUnsupported", /^a has an anchor/],
  ["an alias on the way", "b: &x\n  c: 1\na: *x\n", "a.c", "FieldUnsupported", /^a is an alias/],
  ["a merge key", "b: &x\n  c: 1\na:\n  <<: *x\n", "a.c", "FieldMissing", /^there is no a\.c$/],
  ["a tag", "a: !!str 1\n", "a", "FieldUnsupported", /has a tag/],
  ["a key twice", "a: 1\na: 2\n", "a", "InvalidYaml", /unique.*line 2/],
  ["a key twice further in", "a:\n  b: 1\n  b: 2\n", "a.b", "InvalidYaml", /unique.*line 3/],
  ["a fault elsewhere", "a: 1\nb: [\n", "a", "InvalidYaml", /no valid YAML.*line 3/],
  ["tabs", "a:\n\tb: 1\n", "a.b", "InvalidYaml", /no valid YAML/],
  ["several documents", "a: 1\n---\na: 2\n", "a", "FieldUnsupported", /several YAML documents/],
  ["nothing", "", "a", "InvalidYaml", /^it is empty$/],
  ["only comments", "# a: 1\n", "a", "InvalidYaml", /^it is empty$/],
] as const) {
  test(`${about} is refused, with a reason`, () => {
    const edited = set(text, field, "new");
    assert.equal(edited.is === "refused" && edited.reason, reason);
    assert.match(edited.is === "refused" ? edited.message : "", message);
  });
}

test("several values are set at once, and the last one for a field counts", () => {
  const settings = [
    { field: ["s", "a"], value: "1" },
    { field: ["t"], value: "2" },
    { field: ["s", "a"], value: "3" },
  ];
  assert.deepEqual(new Scalars().set("s:\n  a: x\n  b: y\nt: z\n", settings), {
    is: "edited",
    text: "s:\n  a: '3'\n  b: y\nt: '2'\n",
  });
});

test("a value that is there already leaves the text as it is", () => {
  const text = "a: 'x' # odd, but right\n";
  assert.deepEqual(set(text, "a", "x"), { is: "edited", text });
});

test("any value in any place of any small file: it reads back, and nothing else changes", () => {
  const words = [
    "a",
    "b: c",
    "# d",
    "'",
    '"',
    "\\",
    "- x",
    "*y",
    "&z",
    "!t",
    "{",
    "]",
    ",",
    "|",
    ">",
    "%",
    "@",
    "`",
    "\t",
    " ",
    "é",
    "\u0085",
    "😀",
    "null",
    "12",
    "\r\n",
    "---",
    ": ",
  ];
  const frames = [
    (v: string) => `top:\n  key: ${v}\n  other: *no\nrest: 1\n`.replace("*no", "x"),
    (v: string) => `x: y\ntop: {key: ${v}, other: [1, 2]}\n`,
    (v: string) => `---\n# c\ntop:\r\n    key:   ${v}   # said\r\n`,
    (v: string) => `{"top": {"key": ${v}}, "list": [1]}`,
  ];
  for (let seed = 1; seed <= 400; seed++) {
    const random = mulberry32(seed);
    const value = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(random, words)).join("");
    const old = pick(random, ["old", "'old'", '"old"', "12", "true"]);
    const frame = pick(random, frames);
    const edited = new Scalars().set(frame(old), [{ field: ["top", "key"], value }]);
    assert.ok(edited.is === "edited", `seed ${seed}: ${JSON.stringify([old, value, edited])}`);
    const [before, after] = [parse(frame(old)), parse(edited.text)];
    assert.deepEqual(after, { ...before, top: { ...before.top, key: after.top.key } }, `seed ${seed}`);
    const found = new Scalars().read(edited.text, ["top", "key"]);
    assert.equal(found.is === "found" && found.text, value, `seed ${seed}`);
    const [start, end] = frame("\0").split("\0") as [string, string];
    assert.ok(edited.text.startsWith(start) && edited.text.endsWith(end), `seed ${seed}: bytes around it changed`);
    assert.deepEqual(new Scalars().set(edited.text, [{ field: ["top", "key"], value }]), edited, `seed ${seed}: twice`);
    const back = new Scalars().set(edited.text, [
      { field: ["top", "key"], value: old.replace(/^(['"])(.*)\1$/, "$2") },
    ]);
    // What had to be quoted stays so; in the style that was there, the bytes are as they were.
    const style = (text: string): string => text.slice(start.length, text.length - end.length)[0] ?? "";
    if (/['"]/.test(old) && style(edited.text) === old[0])
      assert.deepEqual(back, { is: "edited", text: frame(old) }, `seed ${seed}: and back`);
  }
});

const real = join(process.env["MILLRACE_SHARED"] ?? "../shared", "data/librarian-yaml/google-cloud-go.yaml");

test("in a real file of 200 libraries exactly two values change", {
  skip: existsSync(real) ? false : "the shared folder is not here",
}, () => {
  const text = readFileSync(real, "utf8");
  const [commit, sha256] = ["1".padEnd(40, "a"), "2".padEnd(64, "b")];
  const edited = new Scalars().set(text, [
    { field: ["sources", "googleapis", "commit"], value: commit },
    { field: ["sources", "googleapis", "sha256"], value: sha256 },
  ]);
  assert.ok(edited.is === "edited");
  const changed = edited.text.split("\n").flatMap((line, index) => (line === text.split("\n")[index] ? [] : [line]));
  assert.deepEqual(changed, [`    commit: ${commit}`, `    sha256: ${sha256}`]);
});
