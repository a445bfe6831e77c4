import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, parseVersion, versionOfTag } from "../../src/sequencer/version.ts";

test("versions are in the order of Semantic Versioning, pre-releases before their release", () => {
  const ordered = [
    "0.0.1",
    "0.9.0",
    "0.10.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.9",
    "1.0.0-alpha.10",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.2.0",
    "1.11.0",
    "2.0.0",
    "99999999999999999999.0.0",
  ].map((text) => parseVersion(text) ?? assert.fail(text));
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      assert.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a.text} and ${b.text}`);
    }
  }
});

test("build metadata does not count", () => {
  assert.equal(compareVersions(parseVersion("1.0.0+a")!, parseVersion("1.0.0+b")!), 0);
});

for (const text of ["1", "1.2", "v1.2.3", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3-a..b", "1.2.3 ", "", "1.2.3.4"]) {
  test(`${JSON.stringify(text)} is no version`, () => assert.equal(parseVersion(text), undefined));
}

for (const [tag, format, want] of [
  ["v1.2.3", "v{version}", "1.2.3"],
  ["1.2.3", "{version}", "1.2.3"],
  ["v1.2.3-beta.1", "v{version}", "1.2.3-beta.1"],
  ["release/1.2.3-final", "release/{version}-final", "1.2.3"],
  ["1.2.3", "v{version}", undefined],
  ["v1.2", "v{version}", undefined],
  ["vv1.2.3", "v{version}", undefined],
  ["ab", "ab{version}b", undefined],
  ["v1.2.3", "none", undefined],
] as const) {
  test(`tag ${tag} by ${format} is ${want ?? "no version"}`, () => assert.equal(versionOfTag(tag, format)?.text, want));
}
