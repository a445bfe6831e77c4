import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import { applyEdits, pathsOf } from "../../../src/reconcilers/change/edit.ts";
import type { Seen } from "../../../src/reconcilers/change/seen.ts";
import { versionEdits } from "../../../src/reconcilers/manifest/version-edits.ts";
import type { Rule } from "../../../src/reconcilers/release/rule.ts";
import { Scalars } from "../../../src/reconcilers/yaml/scalars.ts";
import { Edit } from "../../../src/schema/edit.ts";
import { ReleaseRule } from "../../../src/schema/release-rule.ts";
import type { Repository } from "../../../src/schema/repository.ts";

type Files = Readonly<Record<string, string>>;

const { libraries: _, lines: __, ...usual } = ReleaseRule.parse({});
const ruleOf = (about: Partial<Rule>): Rule => ({
  ...{ ...usual, dependsOn: [], branch: "main", path: undefined, excludePaths: [], siblings: [], bumps: "Any" },
  ...about,
});

function list(files: Files, directory: string): readonly string[] | undefined {
  const names = new Set<string>();
  for (const path of Object.keys(files)) {
    const own = posix.relative(directory, path);
    if (own.startsWith("..")) continue;
    const [first = "", ...rest] = own.split("/");
    names.add(rest.length > 0 ? `${first}/` : first);
  }
  return names.size > 0 ? [...names].sort() : undefined;
}

const editsOf = (
  files: Files,
  language: Repository["spec"]["language"],
  about: Partial<Rule> = {},
  version = "2.0.0",
) =>
  versionEdits({
    ...{ language, version, rule: ruleOf(about) },
    read: async (path) => files[path],
    list: async (directory) => list(files, directory),
  });

/** The files that the edits change. */
function changed(edits: readonly Edit[], files: Files): Record<string, string> {
  for (const edit of edits) Edit.parse(edit);
  const seen = (text: string | undefined): Seen =>
    text === undefined ? { is: "none" } : { is: "file", content: Buffer.from(text), mode: "File" };
  const there = new Map(pathsOf(edits).map((path) => [path, seen(files[path])]));
  const change = applyEdits(edits, there, new Scalars());
  assert.ok(change.is === "changes", JSON.stringify(change));
  return Object.fromEntries(change.files.map(({ path, content }) => [path, Buffer.from(content!).toString()]));
}

/** Files in which every `<` … `>` is a version that is set, and everything else stays. */
async function sets(
  language: Repository["spec"]["language"],
  marked: Files,
  about: Partial<Rule> = {},
  version = "2.0.0",
) {
  const files = Object.fromEntries(
    Object.entries(marked).map(([path, text]) => [path, text.replace(/«(.*?)»/g, "$1")]),
  );
  const wanted = Object.fromEntries(
    Object.entries(marked).flatMap(([path, text]) => {
      const after = text.replace(/«(.*?)»/g, (_, old: string) =>
        /^\d/.test(old) ? version : old.replace(/\d+(\.\d+)*/, version),
      );
      return /«/.test(text) ? [[path, after]] : [];
    }),
  );
  assert.deepEqual(changed(await editsOf(files, language, about, version), files), wanted);
  const after = { ...files, ...wanted };
  assert.deepEqual(changed(await editsOf(after, language, about, version), after), {}, "and a second time nothing");
}

test("Node keeps the version in package.json and its locks", () =>
  sets("node", {
    "package.json": '{\n  "name": "a",\n  "version": "«1.2.3»",\n  "dependencies": {"b": "1.2.3"}\n}\n',
    "package-lock.json":
      '{"name": "a", "version": "«1.2.3»", "packages": {"": {"version": "«1.2.3»"}, "node_modules/b": {"version": "1.2.3"}}}',
    VERSION: "1.2.3\n",
  }));

test("a library of Node has its place in the lock of the workspace", () =>
  sets(
    "node",
    {
      "package.json": '{"version": "9.0.0"}',
      "packages/a/package.json": '{"version": "«1.0.0»"}',
      "package-lock.json": '{"version": "9.0.0", "packages": {"packages/a": {"version": "«1.0.0»"}}}',
    },
    { path: "packages/a" },
  ));

test("what has no version is not given one", async () => {
  assert.deepEqual(
    await editsOf({ "package.json": '{"private": true}', "package-lock.json": '{"version": "1.0.0"}' }, "node"),
    [],
  );
  assert.deepEqual(await editsOf({ "package.json": "{broken" }, "node"), []);
  assert.deepEqual(await editsOf({ "setup.py": "setup(version=version)\n" }, "python"), []);
  assert.deepEqual(await editsOf({}, undefined), []);
});

test("Python keeps the version in its manifests and modules", () =>
  sets("python", {
    "pyproject.toml": '[project]\nname = "acme-auth"\nversion = "«1.2.3»" # here\n[tool.other]\nversion = "1.2.3"\n',
    "uv.lock":
      '[[package]]\nname = "acme-auth"\nversion = "«1.2.3»"\nsource = { editable = "." }\n\n[[package]]\nname = "x"\nversion = "1.2.3"\n',
    "setup.py":
      'setup(\n    name="a",\n    min_version="1.0",\n    version="«1.2.3»",\n    python_requires=">=3.8",\n)\n',
    "setup.cfg": "[metadata]\nname = a\nversion = «1.2.3rc1»\n[options]\npython_requires = >=3.8\n",
    "src/acme/__init__.py": '"""x"""\n__version__ = "«1.2.3»"\n__all__ = ["1.2.3"]\n',
    "src/acme/auth/gapic_version.py": "__version__ = '«1.2.3»'  # {x-release-please-version}\n",
    "acme/version.py": '__version__: str = "«1.2.3»"\n',
    "tests/version.py": '__version__ = "1.2.3"\n',
  }));

test("Poetry has a table of its own", () =>
  sets("python", { "pyproject.toml": '[tool.poetry]\nname = "a"\nversion = "«1.2.3»"\n' }));

test("Rust keeps the version in Cargo.toml, the members of its workspace, and the lock", () =>
  sets("rust", {
    "Cargo.toml":
      '[workspace]\nmembers = ["crates/*", "cli"]\n[workspace.package]\nversion = "«1.2.3»"\n[workspace.dependencies]\nauth = { path = "crates/auth", version = "«=1.2.3»" }\nserde = "1.2.3"\n',
    "crates/auth/Cargo.toml": '[package]\nname = "auth"\nversion.workspace = true\n',
    "crates/old/Cargo.toml":
      '[package]\nname = "old"\nversion = "«1.2.3»"\n[dependencies]\nauth = { path = "../auth", version = "«^1.2.3»" }\n',
    "crates/own/Cargo.toml": '[package]\nname = "own"\nversion = "0.3.0"\n',
    "cli/Cargo.toml": '[package]\nname = "cli"\nversion = { workspace = true }\n',
    "Cargo.lock":
      'version = 4\n\n[[package]]\nname = "auth"\nversion = "«1.2.3»"\n\n[[package]]\nname = "cli"\nversion = "«1.2.3»"\n\n[[package]]\nname = "old"\nversion = "«1.2.3»"\ndependencies = ["auth"]\n\n[[package]]\nname = "own"\nversion = "0.3.0"\n\n[[package]]\nname = "serde"\nversion = "1.2.3"\nsource = "registry"\n',
  }));

test("a crate of a workspace is released by itself", () =>
  sets(
    "rust",
    {
      "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
      "a/Cargo.toml": '[package]\nname = "a"\nversion = "«1.2.3»"\n',
      "b/Cargo.toml":
        '[package]\nname = "b"\nversion = "1.2.3"\n[dependencies]\na = { path = "../a", version = "1.2.3" }\n',
      "Cargo.lock": '[[package]]\nname = "a"\nversion = "«1.2.3»"\n\n[[package]]\nname = "b"\nversion = "1.2.3"\n',
    },
    { path: "a" },
  ));

test("Maven keeps the version in pom.xml, and its modules name each other's", () =>
  sets("java", {
    "pom.xml":
      "<project><parent><groupId>o</groupId><artifactId>x</artifactId><version>1.2.3</version></parent><groupId>g</groupId><artifactId>top</artifactId><version>«1.2.3»</version><modules><module>a</module><module>gone</module><module>b</module></modules><dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>«1.2.3»</version></dependency><dependency><groupId>o</groupId><artifactId>x</artifactId><version>1.2.3</version></dependency></dependencies></dependencyManagement></project>",
    "a/pom.xml":
      "<project><parent><groupId>g</groupId><artifactId>top</artifactId><version>«1.2.3»</version></parent><artifactId>a</artifactId><modules><module>c</module></modules></project>",
    "a/c/pom.xml":
      "<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>«1.2.3»</version></parent><version>«1.2.3»</version><dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><version>0.1.0</version></dependency></dependencies></project>",
    "b/pom.xml": "<project><groupId>g</groupId><artifactId>b</artifactId><version>0.1.0</version></project>",
  }));

test("a version of Maven can be a property, and Gradle has its own files", async () => {
  await sets("java", {
    "pom.xml":
      "<project><version>$\u007brevision}</version><properties><revision>«1.2.3»</revision></properties></project>",
  });
  await sets("java", {
    "gradle.properties": "group=x\nversion=«1.2.3-SNAPSHOT»\nkotlin.version=1.9\n",
    "build.gradle": "plugins { id 'x' version '1.2.3' }\nversion = '«1.2.3»'\n",
    "build.gradle.kts": 'version = "«1.2.3»"\n',
  });
});

test("Ruby keeps the version in version.rb, a gemspec and the lock, which writes pre-releases in its own way", async () => {
  const files = (version: string, locked: string) => ({
    "acme-auth.gemspec": `Gem::Specification.new do |s|\n  s.name = "acme-auth"\n  s.version = "${version}"\nend\n`,
    "lib/acme/auth/version.rb": `module Acme\n  VERSION = "${version}".freeze\nend\n`,
    "Gemfile.lock": `PATH\n  remote: .\n  specs:\n    acme-auth (${locked})\n      rack (>= 1.2.3)\n\nGEM\n  specs:\n    acme-auth-x (1.2.3)\n`,
  });
  await sets("ruby", files("«1.2.3»", "«1.2.3»"));
  const before = files("1.2.3", "1.2.3");
  const edits = await editsOf(before, "ruby", {}, "2.0.0-beta.1");
  assert.deepEqual(changed(edits, before), files("2.0.0-beta.1", "2.0.0.pre.beta.1"));
});

test("PHP, Helm, Dart, .NET, Go and what has no ecosystem keep it in their files", async () => {
  await sets("php", { "composer.json": '{"name": "a/b", "version": "«1.2.3»", "require": {"php": "1.2.3"}}' });
  await sets("helm", { "Chart.yaml": "apiVersion: v2\nversion: «1.2.3» # chart\nappVersion: 1.2.3\n" });
  await sets("dart", { "pubspec.yaml": "name: a\nversion: «1.2.3»\n" });
  await sets("dotnet", {
    "Directory.Build.props":
      "<Project>\n<PropertyGroup><A>1</A></PropertyGroup>\n<PropertyGroup><Version>«1.2.3»</Version></PropertyGroup>\n</Project>",
    "src/A/A.csproj": "<Project><PropertyGroup><Version>$(V)</Version></PropertyGroup></Project>",
  });
  await sets("go", {
    "internal/version.go": 'package internal\n\n// Version is 1.2.3.\nconst Version = "«1.2.3»"\n',
    "version/version.go": 'package version\n\nvar version string = "«v1.2.3»"\n',
    "go.mod": "module a/b\n",
  });
  await sets("other", { "version.txt": "«1.2.3»\n", VERSION: "«v1.2.3»\n" });
  await sets("cpp", {
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(acme VERSION «1.2.3» LANGUAGES CXX)\n",
  });
  assert.deepEqual(await editsOf({ VERSION: "go1.22 or so\n" }, "other"), []);
});

test("a pre-release survives where the version is written", () =>
  sets("node", { "package.json": '{"version": "«1.2.3»"}' }, {}, "1.2.3-beta.1"));

test("librarian.yaml has the version of the library whose directory is released", () =>
  sets(
    "python",
    {
      "librarian.yaml":
        "language: python\nversion: 0.1.0\nlibraries:\n  - name: acme-auth\n    version: «1.2.3»\n    output: packages/acme-auth/\n  - name: acme-sdk\n    version: 1.2.3\n",
      "packages/acme-auth/setup.py": 'setup(\n  version="«1.2.3»",\n)\n',
    },
    { path: "packages/acme-auth" },
  ));

test("files of the rule are set by field or by marker, whatever the language", async () => {
  const files = [
    { path: "a.yaml", field: ["image", "tag"] },
    { path: "README.md" },
    { path: "b.txt" },
    { path: "p.xml", field: ["a", "@v"] },
  ];
  await sets(
    "other",
    {
      "a.yaml": "image: {tag: «1.2.3»}\n",
      "README.md": "install «1.2.3» <!-- x-release-please-version -->\nsince 1.2.3\n",
      "b.txt": "«v1.2.3» # x-millrace-version\n",
      "p.xml": '<a v="«1.2.3»"/>',
    },
    { files },
  );
  const edits = await editsOf({}, "other", { files });
  assert.deepEqual(
    edits.map(({ path }) => path),
    ["a.yaml", "README.md", "b.txt", "p.xml"],
    "a proposal says what is missing",
  );
});

test("what other libraries are released as is left alone", () =>
  sets(
    "python",
    { "setup.py": 'setup(\n  version="«1.2.3»",\n)\n', "libs/x/x/__init__.py": '__version__ = "1.2.3"\n' },
    { excludePaths: ["libs/x/"] },
  ));
