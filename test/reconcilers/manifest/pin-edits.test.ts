import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEdits } from "../../../src/reconcilers/change/edit.ts";
import { pinEdits } from "../../../src/reconcilers/manifest/pin-edits.ts";
import { Scalars } from "../../../src/reconcilers/yaml/scalars.ts";
import { Edit } from "../../../src/schema/edit.ts";

/** The text after the pin has moved; undefined where it requires no such thing. */
function after(path: string, text: string, name: string, version: string): string | undefined {
  const edits = pinEdits({ path, text, name, version });
  if (edits === undefined) return undefined;
  for (const edit of edits) {
    Edit.parse(edit);
    assert.equal(edit.content, undefined, "an edit leaves the rest of the file to others");
  }
  const change = applyEdits(
    edits,
    new Map([[path, { is: "file", content: Buffer.from(text), mode: "File" }]]),
    new Scalars(),
  );
  assert.ok(change.is === "changes", JSON.stringify(change));
  assert.equal(change.files.length, edits.length === 0 ? 0 : 1);
  return edits.length === 0 ? text : Buffer.from(change.files[0]!.content!).toString();
}

const goMod = `module example.com/acme/sdk/v3

go 1.22

require example.com/acme/apis v0.3.0

require (
\texample.com/acme/auth v1.2.3
\texample.com/acme/auth-x v1.2.3 // indirect
\texample.com/acme/log/v2 v2.0.1 // a comment, not v1.0.0 or so
\texample.com/acme/old v2.0.0+incompatible
\texample.com/acme/tip v0.0.0-20240102030405-0123456789ab
\tgopkg.in/acme.v1 v1.0.0
)

replace (
\texample.com/acme/auth v1.2.3 => ../auth
\texample.com/acme/tip => ../tip
)
`;
const packageJson = `{
  "name": "@acme/sdk",
  "dependencies": { "@acme/auth": "^1.2.3", "@acme/any": "*", "@acme/here": "workspace:^", "@acme/major": "1" },
  "devDependencies": {
    "@acme/auth": "1.2.3"
  }
}
`;
const pyproject = `[build-system]
requires = ["setuptools>=61"]
[project]
name = "acme-sdk"
dependencies = [
  "acme-auth>=1.2,<2",  # keep
  'acme.log[x]~=1.2 ; python_version < "3.9"',
  "my-acme-auth>=1.2,<2",
  "acme-url @ https://example.com/a.zip",
]
[project.optional-dependencies]
all = ["acme-auth>=1.2,<2"]
[tool.poetry.dependencies]
acme-poetry = { version = "^1.2", extras = ["x"] }
acme-plain = "^1.2"
`;
const requirements = "-r base.txt\nacme-auth==1.2.3  # pinned\nAcme_Log >= 1.2.0, < 2.0.0\nmy-acme-auth==1.2.3\n";
const setupPy =
  'setup(\n  name="acme-sdk",\n  install_requires=[\n    "acme-auth >= 1.2.0, < 2.0.0dev",\n    "acme-log==1.2.3",\n  ],\n)\n';
const cargo = `[package]
name = "sdk"
[dependencies]
auth = "1.2"
log = { version = "=1.2.3", features = ["x"] } # exact
renamed = { package = "tip", version = "0.3" }
here = { path = "../here" }
[target.'cfg(unix)'.dependencies]
auth = "1.2"
[dev-dependencies.auth]
version = "1.2"
`;
const pom = `<project>
  <groupId>com.acme</groupId><artifactId>sdk</artifactId>
  <parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>1.0.0</version></parent>
  <properties><log.version>1.2.3</log.version></properties>
  <dependencies>
    <dependency><groupId>com.acme</groupId><artifactId>auth</artifactId><version>1.2.3</version></dependency>
    <dependency><groupId>\${project.groupId}</groupId><artifactId>log</artifactId><version>\${log.version}</version></dependency>
    <dependency><groupId>com.acme</groupId><artifactId>two</artifactId><version>1.2.3</version></dependency>
    <dependency><groupId>com.acme</groupId><artifactId>two</artifactId><type>test-jar</type><version>1.2.3</version></dependency>
    <dependency><groupId>com.acme</groupId><artifactId>managed</artifactId></dependency>
  </dependencies>
</project>
`;
const librarian =
  "language: go\nsources:\n  googleapis:\n    commit: abc\ntools:\n  go:\n    - name: example.com/acme/gen\n      version: v1.2.3\n  pip:\n    - name: gen\n      package: acme-gen\n      version: 1.2.3\n";

for (const [path, text, name, version, ...moved] of [
  ["go.mod", goMod, "example.com/acme/apis", "0.4.0", "apis v0.3.0", "apis v0.4.0"],
  [
    "go.mod",
    goMod,
    "example.com/acme/auth",
    "1.3.0",
    "auth v1.2.3\n",
    "auth v1.3.0\n",
    "auth v1.2.3 =>",
    "auth v1.3.0 =>",
  ],
  [
    "go.mod",
    goMod,
    "example.com/acme/auth",
    "1.3.0-rc.1",
    "auth v1.2.3\n",
    "auth v1.3.0-rc.1\n",
    "auth v1.2.3 =>",
    "auth v1.3.0-rc.1 =>",
  ],
  [
    "go.mod",
    goMod,
    "example.com/acme/auth",
    "2.0.0",
    "auth v1.2.3\n",
    "auth/v2 v2.0.0\n",
    "auth v1.2.3 =>",
    "auth/v2 v2.0.0 =>",
  ],
  ["go.mod", goMod, "example.com/acme/auth-x", "1.3.0", "auth-x v1.2.3", "auth-x v1.3.0"],
  ["x/go.mod", goMod, "example.com/acme/log/v2", "2.1.0", "v2.0.1", "v2.1.0"],
  ["go.mod", goMod, "example.com/acme/log/v2", "3.0.0", "log/v2 v2.0.1", "log/v3 v3.0.0"],
  ["go.mod", goMod, "example.com/acme/log/v2", "1.9.0", "log/v2 v2.0.1", "log v1.9.0"],
  ["go.mod", goMod, "example.com/acme/old", "3.0.0", "v2.0.0+incompatible", "v3.0.0+incompatible"],
  ["go.mod", goMod, "example.com/acme/tip", "0.1.0", "v0.0.0-20240102030405-0123456789ab", "v0.1.0"],
  ["go.mod", goMod, "gopkg.in/acme.v1", "2.0.0", "acme.v1 v1.0.0", "acme.v2 v2.0.0"],
  ["package.json", packageJson, "@acme/auth", "1.4.0", '^1.2.3"', '^1.4.0"', '"1.2.3"', '"1.4.0"'],
  ["package.json", packageJson, "@acme/major", "2.3.4", '"1"', '"2"'],
  ["package.json", packageJson, "@acme/major", "1.3.4"],
  ["package.json", packageJson, "@acme/any", "2.0.0"],
  ["package.json", packageJson, "@acme/here", "2.0.0"],
  [
    "pyproject.toml",
    pyproject,
    "acme-auth",
    "1.4.0",
    '"acme-auth>=1.2,<2",  #',
    '"acme-auth>=1.4,<2",  #',
    '["acme-auth>=1.2,<2"]',
    '["acme-auth>=1.4,<2"]',
  ],
  ["pyproject.toml", pyproject, "my-acme-auth", "2.1.0", "my-acme-auth>=1.2,<2", "my-acme-auth>=2.1,<3"],
  ["pyproject.toml", pyproject, "acme.log", "1.4.0", "acme.log[x]~=1.2 ", "acme.log[x]~=1.4 "],
  ["pyproject.toml", pyproject, "acme-poetry", "1.4.0", 'version = "^1.2"', 'version = "^1.4"'],
  ["pyproject.toml", pyproject, "acme-plain", "2.0.0", 'plain = "^1.2"', 'plain = "^2.0"'],
  ["requirements.txt", requirements, "acme-auth", "1.4.0", "\nacme-auth==1.2.3", "\nacme-auth==1.4.0"],
  [
    "requirements-dev.in",
    requirements,
    "Acme_Log",
    "1.4.0",
    "Acme_Log >= 1.2.0, < 2.0.0",
    "Acme_Log >= 1.4.0, < 2.0.0",
  ],
  ["setup.py", setupPy, "acme-auth", "2.0.0", ">= 1.2.0, < 2.0.0dev", ">= 2.0.0, < 3.0.0dev"],
  ["setup.py", setupPy, "acme-log", "1.2.4", "==1.2.3", "==1.2.4"],
  [
    "Cargo.toml",
    cargo,
    "auth",
    "1.4.0",
    '[dependencies]\nauth = "1.2"',
    '[dependencies]\nauth = "1.4"',
    "[target.'cfg(unix)'.dependencies]\nauth = \"1.2\"",
    "[target.'cfg(unix)'.dependencies]\nauth = \"1.4\"",
    'auth]\nversion = "1.2"',
    'auth]\nversion = "1.4"',
  ],
  ["Cargo.toml", cargo, "log", "1.3.0", "=1.2.3", "=1.3.0"],
  ["Cargo.toml", cargo, "tip", "0.4.1", '"0.3"', '"0.4"'],
  ["Cargo.toml", cargo, "here", "0.4.1"],
  ["pom.xml", pom, "com.acme:auth", "1.4.0", "auth</artifactId><version>1.2.3", "auth</artifactId><version>1.4.0"],
  ["pom.xml", pom, "com.acme:log", "1.4.0", "<log.version>1.2.3", "<log.version>1.4.0"],
  ["pom.xml", pom, "com.acme:parent", "1.1.0", "1.0.0", "1.1.0"],
  [
    "pom.xml",
    pom,
    "com.acme:two",
    "1.4.0",
    "two</artifactId><version>1.2.3",
    "two</artifactId><version>1.4.0",
    "jar</type><version>1.2.3",
    "jar</type><version>1.4.0",
  ],
  ["pom.xml", pom, "com.acme:managed", "1.4.0"],
  ["librarian.yaml", librarian, "example.com/acme/gen", "1.3.0", "v1.2.3", "v1.3.0"],
  ["librarian.yaml", librarian, "acme-gen", "1.3.0", "version: 1.2.3", "version: 1.3.0"],
  ["librarian.yaml", librarian, "googleapis", "1.3.0"],
] as const satisfies readonly (readonly [string, string, string, string, ...string[]])[]) {
  test(`${path}: ${name} moves to ${version}, and nothing else`, () => {
    let wanted: string = text;
    for (let at = 0; at < moved.length; at += 2) {
      assert.ok(wanted.includes(moved[at]!), moved[at]);
      wanted = wanted.replace(moved[at]!, () => moved[at + 1]!);
    }
    assert.equal(after(path, text, name, version), wanted);
    // A Go module whose major version changed has another name now.
    if (wanted.includes(name)) assert.deepEqual(pinEdits({ path, text: wanted, name, version }) ?? [], []);
  });
}

for (const [path, text, name] of [
  ["go.mod", goMod, "example.com/acme/none"],
  ["go.mod", "garbage (\n", "garbage"],
  ["package.json", packageJson, "@acme/none"],
  ["package.json", "{", "@acme/auth"],
  ["pyproject.toml", pyproject, "acme"],
  ["requirements.txt", requirements, "base.txt"],
  ["Cargo.toml", cargo, "renamed"],
  ["pom.xml", pom, "com.acme:none"],
  ["pom.xml", "<project>", "com.acme:auth"],
  ["README.md", "acme-auth==1.2.3", "acme-auth"],
] as const) {
  test(`${path} does not require ${name}`, () => {
    assert.equal(pinEdits({ path, text, name, version: "1.4.0" }), undefined);
  });
}

test("a pin holds on to its line while others change the file", () => {
  const [edit] = pinEdits({ path: "go.mod", text: goMod, name: "example.com/acme/auth", version: "1.3.0" })!;
  const meanwhile = goMod.replace("auth v1.2.3\n", "auth v1.2.9\n").replace("apis v0.3.0", "apis v0.4.0");
  const seen = new Map([["go.mod", { is: "file", content: Buffer.from(meanwhile), mode: "File" } as const]]);
  const change = applyEdits([edit!], seen, new Scalars());
  assert.ok(change.is === "changes");
  assert.equal(
    Buffer.from(change.files[0]!.content!).toString(),
    meanwhile.replace("auth v1.2.9\n", "auth v1.3.0\n").replace("v1.2.3 =>", "v1.3.0 =>"),
  );
});
