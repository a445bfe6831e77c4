import assert from "node:assert/strict";
import { test } from "node:test";
import { sectionsOf, setSection } from "../../../src/reconcilers/change/changelog.ts";
import { applyEdits } from "../../../src/reconcilers/change/edit.ts";
import { Scalars } from "../../../src/reconcilers/yaml/scalars.ts";

const section = { version: "1.3.0", text: "## [1.3.0](x) (2026-11-21)\n\n### Features\n\n* this" };

for (const [about, before, after] of [
  ["a missing file", "", `# Changelog\n\n${section.text}\n`],
  [
    "the newest one",
    "# Changelog\n\n## 1.2.0\n\n* that\n\n## 1.1.0\n\n* older\n",
    `# Changelog\n\n${section.text}\n\n## 1.2.0\n\n* that\n\n## 1.1.0\n\n* older\n`,
  ],
  [
    "what is not released",
    "# Changelog\n\n## [Unreleased]\n\n* soon\n\n## [1.2.0] - 2026-01-01\n",
    `# Changelog\n\n## [Unreleased]\n\n* soon\n\n${section.text}\n\n## [1.2.0] - 2026-01-01\n`,
  ],
  ["a text without versions", "# Changes\nAll of them.", `# Changes\nAll of them.\n\n${section.text}\n`],
  ["a patch below its minor", "### [1.2.1](y)\n\n* that\n", `${section.text}\n\n### [1.2.1](y)\n\n* that\n`],
  [
    "Windows' line ends",
    "# C\r\n\r\n## v1.2.0\r\n",
    `# C\r\n\r\n${section.text.replaceAll("\n", "\r\n")}\r\n\r\n## v1.2.0\r\n`,
  ],
  ["a byte order mark", "\ufeff## 1.2.0\n", `\ufeff${section.text}\n\n## 1.2.0\n`],
  [
    "a version in an example",
    "# C\n\n```\n## 9.9.9\n```\n\n## 1.2.0\n",
    `# C\n\n\`\`\`\n## 9.9.9\n\`\`\`\n\n${section.text}\n\n## 1.2.0\n`,
  ],
  [
    "a heading that merely speaks of a version",
    "# C\n\n## 1.2.0\n\n### Upgrade 2.0.0 first\n\n* x\n",
    `# C\n\n${section.text}\n\n## 1.2.0\n\n### Upgrade 2.0.0 first\n\n* x\n`,
  ],
] as const) {
  test(`a section goes in front, with ${about}, and a second time changes nothing`, () => {
    const edited = setSection(before, section);
    assert.deepEqual(edited, { is: "edited", text: after });
    assert.deepEqual(setSection(after, section), edited);
    assert.equal(sectionsOf(after)[0]!.version, "1.3.0");
    assert.equal(sectionsOf(after)[0]!.text, section.text);
  });
}

test("the section of the same version is replaced where it stands", () => {
  const before = "# C\n\n## 1.4.0\n\n* new\n\n## 1.3.0 (2026-01-01)\n\n* draft\n\n\n## 1.2.0\n";
  const after = `# C\n\n## 1.4.0\n\n* new\n\n${section.text}\n\n## 1.2.0\n`;
  assert.deepEqual(setSection(before, section), { is: "edited", text: after });
});

test("versions are read however the headings are written", () => {
  const text =
    "# [4.0.0-beta.1](u)\n## v3.0.0 - 2026\n## Version 2.1.0\n### [pkg: 2.0.9]\n## auth-v2.0.0\n## @acme/auth@1.9.0\n### 1.8.0+b.1 (2020-01-01)\n##### 1.7.0\n";
  assert.deepEqual(
    sectionsOf(text).map(({ version }) => version),
    ["4.0.0-beta.1", "3.0.0", "2.1.0", "2.0.0", "1.9.0", "1.8.0+b.1"],
  );
});

for (const [about, text, message] of [
  ["without a heading", "* this", /does not begin with a heading that names 1\.3\.0/],
  ["about another version", "## 1.3.1\n\n* this", /does not begin/],
  ["that begins with something else", "Hello\n\n## 1.3.0\n", /does not begin/],
  ["about two versions", "## 1.3.0\n\n## 1.2.9\n", /second heading .*1\.2\.9/],
] as const) {
  test(`a section ${about} is refused`, () => {
    const edited = setSection("# C\n", { version: "1.3.0", text });
    assert.ok(edited.is === "refused" && edited.reason === "FieldUnsupported");
    assert.match(edited.message, message);
  });
}

test("an edit makes the changelog where it is missing, and keeps the mode of one that is there", () => {
  const apply = (there: Parameters<typeof applyEdits>[1]) =>
    applyEdits([{ path: "docs/CHANGELOG.md", changelog: section }], there, new Scalars());
  const made = apply(new Map([["docs/CHANGELOG.md", { is: "none" }]]));
  assert.ok(made.is === "changes");
  assert.equal(Buffer.from(made.files[0]!.content!).toString(), `# Changelog\n\n${section.text}\n`);
  const below = apply(new Map([["docs/CHANGELOG.md", { is: "none", below: "docs" }]]));
  assert.equal(below.is === "refused" && below.reason, "PathBelowFile");
});
