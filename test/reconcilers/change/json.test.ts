import assert from "node:assert/strict";
import { test } from "node:test";
import { setJson } from "../../../src/reconcilers/change/json.ts";
import { mulberry32, pick, type Random } from "../../support/random.ts";

const set = (text: string, field: string, value: string) => setJson(text, [{ field: field.split("."), value }]);

for (const [about, before, field, value, after] of [
  ["the layout", '{\n  "a" :  "x",\n\t"b":{"c" : "y"}\n}\n', "b.c", "z", '{\n  "a" :  "x",\n\t"b":{"c" : "z"}\n}\n'],
  [
    "comments",
    '{ // why\n  "a": "x", /* "a": 1 */ "b": 1 // end\n}',
    "a",
    "y",
    '{ // why\n  "a": "y", /* "a": 1 */ "b": 1 // end\n}',
  ],
  ["trailing commas", '{"a": ["x",],}', "a.0", "y", '{"a": ["y",],}'],
  ["no line end at the end", '{"a":"x"}', "a", "y", '{"a":"y"}'],
  ["Windows' line ends", '{\r\n  "a": "x"\r\n}\r\n', "a", "y", '{\r\n  "a": "y"\r\n}\r\n'],
  ["a byte order mark", '\ufeff{"a": "x"}\n', "a", "y", '\ufeff{"a": "y"}\n'],
  ["a string that looks like a number", '{"a": "1"}', "a", "2", '{"a": "2"}'],
  ["a string that becomes a word of JSON's", '{"a": "1"}', "a", "null", '{"a": "null"}'],
  ["a number", '{"a": 1, "b": 1}', "a", "2.50", '{"a": 2.50, "b": 1}'],
  [
    "a number that is too long for one",
    '{"a": 1}',
    "a",
    "123456789012345678901234567890",
    '{"a": 123456789012345678901234567890}',
  ],
  ["a boolean", '{"a": true}', "a", "false", '{"a": false}'],
  ["null", '{"a": null}', "a", "12", '{"a": 12}'],
  ["a number that goes", '{"a": 1}', "a", "null", '{"a": null}'],
  ["an item of a list", '{"a": ["x", {"b": "y"}, ["z"]]}', "a.1.b", "w", '{"a": ["x", {"b": "w"}, ["z"]]}'],
  ["an item of a list in a list", '{"a": ["x", {"b": "y"}, ["z"]]}', "a.2.0", "w", '{"a": ["x", {"b": "y"}, ["w"]]}'],
  ["a document that is a list", '[1, "x"]', "1", "y", '[1, "y"]'],
  ["a key that is a number", '{"1": {"0": "x"}}', "1.0", "y", '{"1": {"0": "y"}}'],
  ["an escaped key", '{"\\u0061": "x"}', "a", "y", '{"\\u0061": "y"}'],
  [
    "the same key elsewhere",
    '{"b": {"a": "1"}, "a": "2", "c": [{"a": "3"}]}',
    "a",
    "x",
    '{"b": {"a": "1"}, "a": "x", "c": [{"a": "3"}]}',
  ],
  ["what is not UTF-16 as one unit", '{"😀": "é", "a": "😀"}', "a", "ü", '{"😀": "é", "a": "ü"}'],
  ["another spelling of the same", '{"a": "\\u0078"}', "a", "x", '{"a": "\\u0078"}'],
] as const) {
  test(`setting a value in JSON keeps ${about}`, () => {
    const edited = set(before, field, value);
    assert.deepEqual(edited, { is: "edited", text: after });
    assert.deepEqual(set(after, field, value), edited, "and doing it again changes nothing");
  });
}

for (const [about, text, field, reason, message] of [
  ["a missing key", '{"a": 1}', "b", "FieldMissing", /^there is no b$/],
  ["a missing key further in", '{"a": {"b": 1}}', "a.c.d", "FieldMissing", /^there is no a\.c$/],
  ["keys below a value", '{"a": 1}', "a.b", "FieldMissing", /^there is no a\.b: a has no keys$/],
  ["an item beyond the list", '{"a": [1]}', "a.1", "FieldMissing", /^there is no a\.1: a is a list, whose items go by/],
  ["an item by name", '{"a": [{"b": 1}]}', "a.b", "FieldMissing", /a is a list/],
  ["an item by an odd number", '{"a": ["x"]}', "a.00", "FieldMissing", /^there is no a\.00/],
  ["an inherited property", "{}", "constructor.name", "FieldMissing", /^there is no constructor$/],
  ["an object", '{"a": {"b": 1}}', "a", "FieldUnsupported", /^a is no single value$/],
  ["a list", '{"a": []}', "a", "FieldUnsupported", /^a is no single value$/],
  ["a text for a number", '{"a": 1}', "a", "FieldUnsupported", /^a is a number, and "new" is not: make it a string/],
  ["a text for a boolean", '{"a": true}', "a", "FieldUnsupported", /^a is a boolean, and "new" is not/],
  ["a key twice", '{"a": 1, "a": 2}', "a", "InvalidJson", /^a is there twice: line 1, column 10$/],
  [
    "a key on the way twice",
    '{"a": {"b": 1},\n "a": {}}',
    "a.b",
    "InvalidJson",
    /^a is there twice: line 2, column 2$/,
  ],
  [
    "a fault elsewhere",
    '{"a": "x",\n "b": [1 2]}',
    "a",
    "InvalidJson",
    /^it is no valid JSON: .* at line 2, column 10$/,
  ],
  ["an end too early", '{"a": "x"', "a", "InvalidJson", /no valid JSON/],
  ["something behind the end", '{"a": "x"} {}', "a", "InvalidJson", /no valid JSON/],
  ["a line break in a string", '{"a": "x\ny"}', "a", "InvalidJson", /no valid JSON/],
  ["nothing", "", "a", "InvalidJson", /no valid JSON/],
  ["a value alone", '"x"', "a", "FieldMissing", /the document has no keys/],
  ["nesting without an end", "[".repeat(200_000), "a", "InvalidJson", /^it is nested too deeply to be read$/],
  ["deep nesting", `{"a": ${"[".repeat(300)}${"]".repeat(300)}}`, "a.0", "InvalidJson", /nested too deeply/],
] as const) {
  test(`in JSON, ${about} is refused with a reason`, () => {
    const edited = set(text, field, "new");
    assert.equal(edited.is === "refused" && edited.reason, reason);
    assert.match(edited.is === "refused" ? edited.message : "", message);
  });
}

test("several values of JSON are set at once, and the last one for a field counts", () => {
  const settings = [
    { field: ["b"], value: "1" },
    { field: ["a", "0"], value: "2" },
    { field: ["b"], value: "3" },
  ];
  assert.deepEqual(setJson('{"a": [0], "b": "x"}', settings), { is: "edited", text: '{"a": [2], "b": "3"}' });
});

/** A random document with gaps of random blanks and comments, and the paths of its values. */
function documentOf(random: Random): { readonly text: string; readonly paths: readonly (readonly string[])[] } {
  const paths: (readonly string[])[] = [];
  const gap = (): string => pick(random, ["", "", " ", "\n  ", "\r\n", "\t", " // c\n", '/* "a": 1 */']);
  const keys = ["a", "b", "version", "x y", "é", "__proto__", "0", '"', "\\"];
  const value = (path: readonly string[], depth: number): string => {
    const kind = depth > 3 ? 0 : Math.floor(random() * 4);
    if (kind === 1) {
      const items = Array.from(
        { length: Math.floor(random() * 3) },
        (_, i) => gap() + value([...path, String(i)], depth + 1) + gap(),
      );
      return `[${items.join(",")}]`;
    }
    if (kind === 2 || depth === 0) {
      const names = keys.filter(() => random() < 0.4);
      const members = names.map(
        (key) => `${gap()}${JSON.stringify(key)}${gap()}:${gap()}${value([...path, key], depth + 1)}${gap()}`,
      );
      return `{${members.join(",")}}`;
    }
    paths.push(path);
    return pick(random, ['"x"', '""', '"\\u00e9\\n"', "1", "-0.5e3", "true", "null", '"// no"']);
  };
  return { text: `${pick(random, ["", "\ufeff"])}${gap()}${value([], 0)}${pick(random, ["", "\n"])}`, paths };
}

const without = (text: string): unknown =>
  JSON.parse(text.replace(/^\ufeff/, "").replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*.*?\*\//g, "$1"));

function anotherFor(old: unknown, random: Random): string {
  if (typeof old === "string") return pick(random, ["new", '"', "\\", "a\nb", "\u2028😀", "// x", "1"]);
  if (typeof old === "number") return pick(random, ["null", "7e7"]);
  return old === null ? pick(random, ["null", "7", "true"]) : pick(random, ["null", "false"]);
}

test("in any JSON only the bytes of the value change, twice is once, and back is back", () => {
  let tried = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = mulberry32(seed);
    const { text, paths } = documentOf(random);
    if (paths.length === 0) continue;
    const field = pick(random, paths);
    const old = field.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], without(text));
    const value = anotherFor(old, random);
    const edited = setJson(text, [{ field, value }]);
    assert.ok(edited.is === "edited", `seed ${seed}: ${JSON.stringify([text, field, value, edited])}`);
    const [from, to] = differing(text, edited.text);
    assert.doesNotMatch(text.slice(from, to), /[{}[\]]/, `seed ${seed}: more than the value changed`);
    const wanted = typeof old === "string" ? value : JSON.parse(value);
    assert.deepEqual(without(edited.text), replaced(without(text), field, wanted), `seed ${seed}`);
    assert.deepEqual(setJson(edited.text, [{ field, value }]), edited, `seed ${seed}: twice`);
    if (typeof old === "string" && !text.includes("\\u00e9")) {
      assert.deepEqual(setJson(edited.text, [{ field, value: old }]), { is: "edited", text }, `seed ${seed}: and back`);
    }
    tried++;
  }
  assert.ok(tried > 300, "most documents have a value");
});

/** The part of `a` that is not the same in `b`. */
function differing(a: string, b: string): readonly [number, number] {
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - from && a.at(-1 - end) === b.at(-1 - end)) end++;
  return [from, a.length - end];
}

function replaced(document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<string, unknown>;
  const old = (document as Record<string, unknown>)[key];
  Object.defineProperty(copy, key, {
    value: replaced(old, rest, value),
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return copy;
}
