import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPatch, pathsToKnow } from "../../../src/reconcilers/change/patch.ts";
import { pathFault } from "../../../src/reconcilers/change/path.ts";
import type { EntryMode } from "../../../src/reconcilers/git-port.ts";
import { matches } from "../../../src/reconcilers/glob.ts";
import type { RunFile } from "../../../src/reconcilers/runner-port.ts";
import { RunChange } from "../../../src/schema/change.ts";

for (const [pattern, yes, no] of [
  ["a.txt", ["a.txt"], ["b/a.txt", "a.txt/b", "A.txt", "axtxt"]],
  ["*.go", ["a.go", ".go"], ["a/b.go", "a.gox"]],
  ["src/", ["src/a", "src/a/b", "src/.x"], ["src", "srcs/a", "a/src/b"]],
  ["src/**", ["src/a", "src/a/b"], ["src"]],
  ["**", ["a", "a/b/c"], []],
  ["**/*.go", ["a.go", "a/b.go", "a/b/c.go"], ["a.gox"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/bb", "b"]],
  ["a/*/c", ["a/b/c"], ["a/c", "a/b/b/c"]],
  ["*a*b*", ["ab", "xaxbx", "aab"], ["ba", "b", "a/b"]],
  ["a**b", ["ab", "axb"], ["a/b"]],
  ["[a].$^(b)", ["[a].$^(b)"], ["a.$^(b)"]],
  ["**/", ["a", "a/b"], []],
] as const) {
  test(`the pattern ${pattern} means what it says`, () => {
    for (const path of yes) assert.ok(matches(pattern, path), `${path} is meant`);
    for (const path of no) assert.ok(!matches(pattern, path), `${path} is not meant`);
  });
}

test("a pattern that is made to take for ever does not", { timeout: 60_000 }, () => {
  assert.ok(!matches(`${"*a".repeat(200)}b`, "a".repeat(2_000)));
  assert.ok(!matches(`${"**/".repeat(100)}b`, "a/".repeat(500)));
});

for (const path of [
  "a",
  "a/b.c",
  ".github/x",
  ".gitignore",
  ".gitattributes",
  "git",
  "a.git",
  "a/.gitx",
  "ä/日本",
  "a b",
  "-x",
  "~",
  "ab:c",
  "..a",
  "a..",
]) {
  test(`${path} can be a file`, () => assert.equal(pathFault(path), undefined));
}

for (const [path, why] of [
  ["", /empty/],
  ["/etc/passwd", /absolute/],
  ["C:/x", /absolute/],
  ["c:x", /absolute/],
  ["../a", /the step \.\./],
  ["a/../../b", /the step \.\./],
  ["a/./b", /the step \./],
  ["a//b", /two in a row/],
  ["a/", /ends with a slash/],
  ["a\\b", /backslash/],
  ["..\\a", /backslash/],
  ["a\nb", /control character/],
  ["a\u0000", /control character/],
  ["a\u001b[31m", /control character/],
  ["a\ud800", /Unicode/],
  ["x".repeat(256), /255 bytes/],
  [`${"x/".repeat(3_000)}a`, /4096 bytes/],
  ["\u200b", /nothing that can be seen/],
  [".\u200d.", /nothing that can be seen/],
  ["...", /nothing that can be seen/],
  ["…", /nothing that can be seen/],
  [".. ", /nothing that can be seen/],
  [".git", /\.git/],
  [".git/config", /\.git/],
  ["a/.git/hooks/post-checkout", /\.git/],
  [".GIT/config", /\.git/],
  [".Git", /\.git/],
  [".g\u200cit/config", /\.git/],
  ["\u206a.git", /\.git/],
  [".gi\ufefft", /\.git/],
  [".g\u0131t".replace("\u0131", "\u0130"), /\.git/],
  ["\uff0egit", /\.git/],
  [".ɢit".replace("ɢ", "ｇ"), /\.git/],
  [".git.", /\.git/],
  [".git ", /\.git/],
  [".git . .", /\.git/],
  [".git::$INDEX_ALLOCATION", /\.git/],
  [".git:x", /\.git/],
  ["git~1", /\.git/],
  ["GIT~1/config", /\.git/],
  ["git~1.", /\.git/],
  [".gitmodules", /\.gitmodules/],
  [".GitModules", /\.gitmodules/],
  ["gitmod~1", /\.gitmodules/],
] as const) {
  test(`${JSON.stringify(path.slice(0, 40))} cannot be a file`, () => assert.match(pathFault(path) ?? "", why));
}

const wish = RunChange.parse({ command: ["x"], paths: ["src/", "*.txt"], limits: { files: 4, outputMiB: 1 } });
const file = (path: string, content = "x"): RunFile => ({ path, content: Buffer.from(content), mode: "File" });
const link = (path: string, to: string): RunFile => ({ path, content: Buffer.from(to), mode: "Link" });
const gone = (path: string): RunFile => ({ path, content: undefined, mode: "File" });

const check = (files: readonly RunFile[], entries: Readonly<Record<string, EntryMode>> = {}) => {
  const known = pathsToKnow(files);
  return checkPatch(files, wish, new Map(known.map((path) => [path, entries[path]])));
};

for (const [about, files, entries] of [
  ["nothing", [], {}],
  ["files in their places", [file("src/a/b"), file("a.txt"), gone("src/c")], { src: "Directory" }],
  ["a link to a file beside it", [link("src/a", "b")], {}],
  ["a link to a file above", [link("src/a/b", "../../README.md")], {}],
  ["a link to the root", [link("src/a", "..")], {}],
  ["a link to what is not there", [link("src/a", "./x/../y")], {}],
  ["a link that goes", [gone("src/a")], { "src/a": "Link" }],
  ["a file in the place of a link", [file("src/a")], { "src/a": "Link" }],
  ["a directory in the place of a link", [gone("src/a"), file("src/a/b")], { "src/a": "Link" }],
  ["a link in the place of a directory", [link("src/a", "b"), gone("src/a/c")], { "src/a": "Directory" }],
] as const satisfies readonly (readonly [string, readonly RunFile[], Record<string, EntryMode>])[]) {
  test(`a patch may hold ${about}`, () => {
    const refused = check(files, entries);
    assert.equal(refused?.message, undefined);
  });
}

for (const [about, files, entries, message] of [
  [
    "a file elsewhere",
    [file("src/a"), file("Makefile")],
    {},
    /^the command changed "Makefile", which is in none of the paths that it may change \(spec\.change\.run\.paths: src\/, \*\.txt\)/,
  ],
  ["a removed file elsewhere", [gone("Makefile")], {}, /"Makefile", which is in none/],
  ["git's own folder", [file("src/.git/hooks/x")], {}, /"src\/\.git\/hooks\/x", which goes into \.git/],
  ["a way out", [file("src/../../x")], {}, /holds the step \.\./],
  ["an escape code in a name", [file("src/\u001b[2J")], {}, /"src\/\\u001b\[2J", which holds a control character/],
  ["a path twice", [file("src/a"), file("src/a", "y")], {}, /"src\/a", which is there twice/],
  ["too many files", [1, 2, 3, 4, 5].map((n) => file(`src/${n}`)), {}, /changed 5 files, and limits\.files allows 4/],
  [
    "too many bytes",
    [file("src/a", "x".repeat(2 ** 20 + 1))],
    {},
    /changed 1048577 bytes, and limits\.outputMiB allows 1 MiB/,
  ],
  ["a file below a link", [file("src/a/b")], { src: "Directory", "src/a": "Link" }, /which is below the link src\/a$/],
  [
    "a file below a link that was made",
    [link("src/a", "b"), file("src/a/b")],
    {},
    /below src\/a, which the command made a link/,
  ],
  ["a file below a file", [file("src/a/b")], { "src/a": "File" }, /below src\/a, which is a file/],
  [
    "a file below a file that was made",
    [file("src/a"), file("src/a/b")],
    {},
    /below src\/a, which the command made a file/,
  ],
  ["a submodule that goes", [gone("src/m")], { "src/m": "Submodule" }, /which is a submodule/],
  ["a file in a submodule", [file("src/m/a")], { "src/m": "Submodule" }, /which is in the submodule src\/m/],
  ["where submodules come from", [file("src/.gitmodules")], {}, /is \.gitmodules/],
  ["an absolute link", [link("src/a", "/etc/passwd")], {}, /is a link that leads to an absolute path/],
  ["a link out", [link("src/a", "../../x")], {}, /is a link that leads out of the repository/],
  ["a link out and in again", [link("src/a", "../../app/src/b")], {}, /leads out of the repository/],
  ["a link into .git", [link("src/a", "../.GIT/config")], {}, /is a link to "\.GIT", which goes into \.git/],
  ["a link through a link", [link("src/a", "l/b")], { "src/l": "Link" }, /leads on through the link src\/l/],
  ["a link to a link", [link("src/a", "l")], { "src/l": "Link" }, /leads on through the link src\/l/],
  ["a link back through a link", [link("src/a", "l/../../x")], { "src/l": "Link" }, /leads on through the link src\/l/],
  [
    "a link through one that was made",
    [link("src/a", "b/c"), link("src/b", "d")],
    {},
    /leads on through the link src\/b/,
  ],
  ["a link to itself", [link("src/a", "a")], {}, /leads on through the link src\/a/],
  ["a link into a submodule", [link("src/a", "m/x")], { "src/m": "Submodule" }, /is a link into the submodule src\/m/],
  ["a link with a backslash", [link("src/a", "..\\x")], {}, /leads to a path with a backslash/],
  ["a link to nowhere", [link("src/a", "")], {}, /leads nowhere/],
  ["a link that is not UTF-8", [{ path: "src/a", content: Buffer.from([0xff]), mode: "Link" }], {}, /leads to no text/],
] as const satisfies readonly (readonly [string, readonly RunFile[], Record<string, EntryMode>, RegExp])[]) {
  test(`a patch with ${about} is refused, with the path and the rule`, () => {
    const refused = check(files, entries);
    assert.equal(refused?.reason, "PatchRefused");
    assert.match(refused?.message ?? "", message);
  });
}
