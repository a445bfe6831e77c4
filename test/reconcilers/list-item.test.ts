import assert from "node:assert/strict";
import { test } from "node:test";
import { formatOf, setValues } from "../../src/reconcilers/change/set.ts";
import { Scalars } from "../../src/reconcilers/yaml/scalars.ts";

const set = (path: string, text: string, field: readonly string[], value = "9") => {
  const sets = [{ field: [...field], value }];
  return setValues(text, { path, sets, bytes: text.length }, new Scalars());
};

const lock = '[[package]]\nname = "auth"\nversion = "1"\n\n[[package]]\nname = "sdk"\nversion = "2"\n';
const list = '{"x": [{"name": "auth", "v": "1"}, {"name": "sdk", "v": "2"}], "y": [1, 1]}';
const libraries = "libraries:\n  - name: auth\n    version: 1\n  - name: sdk\n    version: 2\n    kind: x\n";

for (const [path, text, field, before, after] of [
  ["Cargo.lock", lock, ["package", "[name=sdk]", "version"], '"2"', '"9"'],
  ["Cargo.lock", lock, ["package", "0", "version"], '"1"', '"9"'],
  ["a.json", list, ["x", "[name=sdk]", "v"], '"2"', '"9"'],
  ["a.json", `\ufeff${list}`, ["x", "[name=auth,v=1]", "v"], '"1"', '"9"'],
  ["a.json", list, ["y", "1"], "1, 1", "1, 9"],
  ["librarian.yaml", libraries, ["libraries", "[name=sdk]", "version"], "version: 2", "version: 9"],
  ["librarian.yaml", libraries, ["libraries", "[name=sdk,kind=x]", "version"], "version: 2", "version: 9"],
] as const) {
  test(`${path} takes a value of the item ${field.at(-2)}`, () => {
    assert.deepEqual(set(path, text, field), { is: "edited", text: text.replace(before, after) });
  });
}

for (const [path, text, field] of [
  ["Cargo.lock", lock, ["package", "[name=other]", "version"]],
  ["Cargo.lock", lock.replace("sdk", "auth"), ["package", "[name=auth]", "version"]],
  ["a.json", list, ["x", "[name=other]", "v"]],
  ["a.json", list.replace("sdk", "auth"), ["x", "[name=auth]", "v"]],
  ["a.json", "[".repeat(100_000), ["[name=a]", "v"]],
  ["a.yaml", libraries, ["libraries", "[name=other]", "version"]],
  ["a.yaml", libraries.replace("sdk", "auth"), ["libraries", "[name=auth]", "version"]],
  ["a.yaml", libraries, ["libraries", "[name=]", "version"]],
] as const) {
  test(`${formatOf(path)} has no item, or several, where ${field.join(".")} leads: it is refused`, () => {
    assert.equal(set(path, text, field).is, "refused");
  });
}
