import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "smol-toml";
import { setToml } from "../../../src/reconcilers/change/toml.ts";
import { scalarsIn } from "../../../src/reconcilers/change/toml-scan.ts";
import { mulberry32, pick, type Random } from "../../support/random.ts";

const set = (text: string, field: string, value: string) => setToml(text, [{ field: field.split("/"), value }]);

for (const [about, before, field, value, after] of [
  ["a top-level value", 'a = "x"\nb = 1\n', "a", "y", 'a = "y"\nb = 1\n'],
  ["a table", '[p]\n a  =  "x" # why\n[q]\na = "z"\n', "p/a", "y", '[p]\n a  =  "y" # why\n[q]\na = "z"\n'],
  ["a table in a table", '[p . "q.r"]\na = "x"\n', "p/q.r/a", "y", '[p . "q.r"]\na = "y"\n'],
  ["dotted keys", "[p]\nq . r = 'x'\n", "p/q/r", "y", "[p]\nq . r = 'y'\n"],
  ["quoted keys", "\"a b\" = 'x'\n'c.d' = 'x'\n", "c.d", "y", "\"a b\" = 'x'\n'c.d' = 'y'\n"],
  ["an escaped key", '"\\u0061" = "x"\n', "a", "y", '"\\u0061" = "y"\n'],
  [
    "an inline table",
    'd = { version = "1", features = ["a"], n.m = 2 }\n',
    "d/version",
    "2",
    'd = { version = "2", features = ["a"], n.m = 2 }\n',
  ],
  ["a dotted key in one", "d = {n.m = 2}\n", "d/n/m", "3", "d = {n.m = 3}\n"],
  [
    "an item of an array",
    'a = [\n  "x", # one\n  "y", # two\n]\n',
    "a/1",
    "z",
    'a = [\n  "x", # one\n  "z", # two\n]\n',
  ],
  ["an array of arrays", "a = [[1, 2], [3, 4,],]\n", "a/1/0", "5", "a = [[1, 2], [5, 4,],]\n"],
  ["an array of inline tables", "a = [{b = 'x'}, {b = 'y'}]\n", "a/1/b", "z", "a = [{b = 'x'}, {b = 'z'}]\n"],
  [
    "an array of tables",
    '[[p]]\nv = "1"\n[[p]]\nn = "b"\nv = "2"\n[[p]]\nv = "3"\n',
    "p/1/v",
    "x",
    '[[p]]\nv = "1"\n[[p]]\nn = "b"\nv = "x"\n[[p]]\nv = "3"\n',
  ],
  [
    "tables below an array of tables",
    "[[p]]\n[p.q]\nv = 1\n[[p]]\n[p.q]\nv = 2\n[[p.r]]\nw = 3\n[[p.r]]\nw = 4\n",
    "p/1/r/1/w",
    "5",
    "[[p]]\n[p.q]\nv = 1\n[[p]]\n[p.q]\nv = 2\n[[p.r]]\nw = 3\n[[p.r]]\nw = 5\n",
  ],
  ["literal strings", "a = 'C:\\x'\n", "a", "D:\\y", "a = 'D:\\y'\n"],
  ["a literal string that cannot hold it", "a = 'x'\n", "a", "it's", 'a = "it\'s"\n'],
  ["basic strings with escapes", 'a = "x\\n\\"]"\nb = 1\n', "a", 'q"\\\n', 'a = "q\\"\\\\\\n"\nb = 1\n'],
  ["a string over several lines", 'a = """\nx\n  y"""\n', "a", "p\nq", 'a = """\np\nq"""\n'],
  ["one on a single line", 'a = """x"""\n', "a", 'p"""q', 'a = """p\\"\\"\\"q"""\n'],
  ["one that begins with a break", 'a = """x"""\n', "a", "\np", 'a = """\n\np"""\n'],
  ["one with quotes at its end", 'a = """x"""""\nb = "y"\n', "b", "z", 'a = """x"""""\nb = "z"\n'],
  ["a literal one over several lines", "a = '''\nx'y\n'''\n", "a", "p'q\n\\", "a = '''\np'q\n\\'''\n"],
  ["a literal one that cannot hold it", "a = '''x'''\n", "a", "p'''q", 'a = """p\'\'\'q"""\n'],
  ["integers", "a = 1_000\n", "a", "0xff", "a = 0xff\n"],
  ["long integers", "a = 1\n", "a", "9007199254740993", "a = 9007199254740993\n"],
  ["floats", "a = 1.0\n", "a", "2.50", "a = 2.50\n"],
  ["booleans", "a = true # yes\n", "a", "false", "a = false # yes\n"],
  ["dates", "a = 2026-01-01\n", "a", "2026-02-03", "a = 2026-02-03\n"],
  ["moments", "a = 2026-01-01 10:00:00Z # x\n", "a", "2026-01-01T11:00:00Z", "a = 2026-01-01T11:00:00Z # x\n"],
  [
    "other values that are not numbers",
    "a = nan\nb = -0.0\nc = inf\nd = 'x'\n",
    "d",
    "y",
    "a = nan\nb = -0.0\nc = inf\nd = 'y'\n",
  ],
  ["Windows' line ends", '[p]\r\na = "x"\r\n', "p/a", "y", '[p]\r\na = "y"\r\n'],
  ["Windows' line ends in a string", 'a = """\r\nx\r\n"""\r\n', "a", "p\nq", 'a = """\r\np\\nq"""\r\n'],
  ["a byte order mark", "\ufeffa = 'x'\n", "a", "y", "\ufeffa = 'y'\n"],
  ["no line end at the end", "a = 'x'", "a", "y", "a = 'y'"],
  ["comments that look like more", "# [x]\n# a = 1\na = 'x' # 'y'\n", "a", "z", "# [x]\n# a = 1\na = 'z' # 'y'\n"],
  ["another spelling of the same", 'a = "\\u0078"\n', "a", "x", 'a = "\\u0078"\n'],
  [
    "a key that every object has",
    "__proto__ = 'x'\nconstructor = 'z'\n",
    "__proto__",
    "y",
    "__proto__ = 'y'\nconstructor = 'z'\n",
  ],
] as const) {
  test(`setting a value in TOML keeps ${about}`, () => {
    const edited = set(before, field, value);
    assert.deepEqual(edited, { is: "edited", text: after });
    assert.deepEqual(set(after, field, value), edited, "and doing it again changes nothing");
  });
}

for (const [about, text, field, reason, message] of [
  ["a missing key", "a = 1\n", "b", "FieldMissing", /^there is no b$/],
  ["a missing key further in", "[a]\nb = 1\n", "a/c/d", "FieldMissing", /^there is no a\.c$/],
  ["keys below a value", "a = 1\n", "a/b", "FieldMissing", /^there is no a\.b: a has no keys$/],
  ["keys below a date", "a = 2026-01-01\n", "a/b", "FieldMissing", /a has no keys/],
  ["an item beyond the array", "a = [1]\n", "a/1", "FieldMissing", /^there is no a\.1$/],
  ["an inherited property", "a = 1\n", "constructor", "FieldMissing", /^there is no constructor$/],
  ["a table", "[a]\nb = 1\n", "a", "FieldUnsupported", /^a is no single value$/],
  ["an array", "a = [1]\n", "a", "FieldUnsupported", /^a is no single value$/],
  ["a text for an integer", "a = 1\n", "a", "FieldUnsupported", /^a is an integer, and "new" is not: make it a string/],
  ["a text for a boolean", "a = true\n", "a", "FieldUnsupported", /^a is a boolean/],
  ["a text for a date", "a = 2026-01-01\n", "a", "FieldUnsupported", /^a is a date/],
  ["a key twice", "a = 1\na = 2\n", "a", "InvalidToml", /^it is no valid TOML: .* at line 2/],
  ["a fault elsewhere", "a = 'x'\nb = [1\n", "a", "InvalidToml", /no valid TOML/],
  ["YAML", "a: 1\n", "a", "InvalidToml", /no valid TOML/],
  ["nothing", "", "a", "FieldMissing", /^there is no a$/],
  ["nesting without an end", `a = ${"[".repeat(100_000)}`, "a", "InvalidToml", /nested/],
] as const) {
  test(`in TOML, ${about} is refused with a reason`, () => {
    const edited = set(text, field, "new");
    assert.equal(edited.is === "refused" && edited.reason, reason);
    assert.match(edited.is === "refused" ? edited.message : "", message);
  });
}

for (const [before, value] of [
  ["a = 1\n", "1.5"],
  ["a = 1.5\n", "1"],
  ["a = true\n", "True"],
  ["a = 1\n", "1 # x"],
  ["a = 1\n", "1\nb = 2"],
  ["a = [1]\n", "1, 2"],
  ["a = 2026-01-01\n", "2026-01-01T00:00:00Z"],
] as const) {
  test(`${JSON.stringify(value)} does not take the place of ${before.trim()}`, () => {
    const edited = set(before, before.includes("[") ? "a/0" : "a", value);
    assert.equal(edited.is === "refused" && edited.reason, "FieldUnsupported");
  });
}

const blank = (random: Random): string => pick(random, ["", " ", "\t", "  "]);
const end = (random: Random): string => `${pick(random, ["", " # c", " # 'x' = [1"])}${pick(random, ["\n", "\r\n"])}`;
const keys = ["a", "b-c", '"d e"', "'f.g'", "0", "é".length === 1 ? '"é"' : "h"] as const;
const strings = [
  '"x"',
  "'x'",
  '""',
  "''",
  '"\\u00e9"',
  '"""x"""',
  "'''x'''",
  '"""\n x\n"""',
  "'''\nx'y'''",
  '"a#b"',
  "'[x]'",
];
const bare = [
  "1",
  "-17",
  "0x1F",
  "1.5",
  "6e3",
  "true",
  "1979-05-27",
  "07:32:00",
  "1979-05-27 07:32:00",
  "1979-05-27T07:32:00Z",
];

/** A random document that is valid TOML. */
function documentOf(random: Random): string {
  const value = (depth: number): string => {
    const kind = depth > 2 ? 0 : random();
    if (kind < 0.5) return pick(random, strings);
    if (kind < 0.7) return pick(random, bare);
    const gap = blank(random);
    if (kind < 0.85)
      return `[${Array.from({ length: Math.floor(random() * 3) }, () => gap + value(depth + 1)).join(",")}${gap}]`;
    const names = keys.filter(() => random() < 0.4);
    return `{${names.map((key) => `${gap}${key}${gap}=${gap}${value(depth + 1).replaceAll("\n", " ")}`).join(",")}${gap}}`;
  };
  const lines = (): string =>
    keys
      .filter(() => random() < 0.5)
      .map(
        (key) =>
          `${blank(random)}${key}${random() < 0.2 ? `${blank(random)}.x` : ""}${blank(random)}=${blank(random)}${value(0)}${end(random)}`,
      )
      .join("");
  const tables = Array.from({ length: Math.floor(random() * 4) }, (_, index) =>
    random() < 0.5
      ? `[t${index}${random() < 0.5 ? ".sub" : ""}]${end(random)}${lines()}`
      : `[[list]]${end(random)}${lines()}${random() < 0.4 ? `[list.more]${end(random)}${lines()}` : ""}`,
  );
  return `${pick(random, ["", "\ufeff"])}${lines()}${tables.join("\n")}`;
}

test("in any TOML only the bytes of the value change, twice is once, and back is back", () => {
  let tried = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = mulberry32(seed);
    const text = documentOf(random);
    const before = parse(text, { integersAsBigInt: true });
    const scalars = [...scalarsIn(text)];
    for (const { path, start, end: stop } of scalars) {
      const there = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], before);
      assert.notEqual(
        there,
        undefined,
        `seed ${seed}: the scanner found ${path.join("/")}, which the parser does not know`,
      );
      assert.ok(stop > start);
    }
    assert.equal(scalars.length, leavesOf(before), `seed ${seed}: every value is found once`);
    if (scalars.length === 0) continue;
    const { path: field, start, end: stop, kind } = pick(random, scalars);
    const source = text.slice(start, stop);
    const old = kind === "bare" ? source : String(parse(`x = ${source}`)["x"]);
    const value =
      kind === "bare"
        ? source
        : pick(random, ["new", '"', "'", "\\", "a\nb", "\u007f😀", "# x", "1", "'''", '"""', ""]);
    const edited = setToml(text, [{ field, value }]);
    assert.ok(edited.is === "edited", `seed ${seed}: ${JSON.stringify([text, field, value, edited])}`);
    assert.ok(
      edited.text.startsWith(text.slice(0, start)) && edited.text.endsWith(text.slice(stop)),
      `seed ${seed}: bytes around it`,
    );
    assert.deepEqual(setToml(edited.text, [{ field, value }]), edited, `seed ${seed}: twice`);
    const now = edited.text.slice(start, edited.text.length - (text.length - stop));
    if (now[0] === source[0] && !/\\|\n|""?"$/.test(source) && !/^'''|^"""/.test(now)) {
      assert.deepEqual(setToml(edited.text, [{ field, value: old }]), { is: "edited", text }, `seed ${seed}: and back`);
    }
    tried++;
  }
  assert.ok(tried > 300, "most documents have a value");
});

function leavesOf(value: unknown): number {
  if (typeof value !== "object" || value === null || value instanceof Date) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + leavesOf(each), 0);
}
