import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyDefaults } from "../../../../src/embedded/apiserver/schema/default.ts";
import { copy, equal, isObject, type JsonObject } from "../../../../src/embedded/apiserver/schema/json.ts";
import { prune } from "../../../../src/embedded/apiserver/schema/prune.ts";
import { decodeStrict, JsonSyntaxError } from "../../../../src/embedded/apiserver/schema/strict-json.ts";
import { compileStructural, type Structural } from "../../../../src/embedded/apiserver/schema/structural.ts";
import { validate } from "../../../../src/embedded/apiserver/schema/validate.ts";
import { thingSchema } from "../fields/thing.ts";

const structural = compileStructural(thingSchema);
const keys = fc.constantFrom(
  "owner",
  "n",
  "deep",
  "map",
  "maps",
  "edges",
  "free",
  "name",
  "x",
  "a",
  "__proto__",
  "constructor",
);
const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.integer(),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(keys, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));
const resource = object.map((spec) => ({ apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "x" }, spec }));

/** Whether everything in a value has a place in the schema. */
function known(value: unknown, node: Structural | undefined): boolean {
  if (Array.isArray(value)) return node?.preserve === true || value.every((each) => known(each, node?.items));
  if (!isObject(value)) return true;
  return Object.keys(value).every((key) => {
    const child = node?.properties.get(key) ?? node?.additional;
    return child === undefined ? node?.preserve === true : child === true || known(value[key], child);
  });
}

test("pruning leaves only what the schema knows, names the rest, and has nothing to do the second time", () => {
  fc.assert(
    fc.property(resource, (thing) => {
      const pruned = copy(thing);
      const unknown = prune(structural, pruned);
      assert.ok(known(pruned.spec, structural.properties.get("spec")));
      assert.equal(unknown.length > 0, !equal(pruned, thing));
      assert.deepEqual(prune(structural, pruned), []);
    }),
  );
});

test("defaults are filled in once", () => {
  fc.assert(
    fc.property(resource, (thing) => {
      const once = copy(thing);
      applyDefaults(structural, once);
      const twice = copy(once);
      applyDefaults(structural, twice);
      assert.deepEqual(twice, once);
    }),
  );
});

test("what did not change is not held against a writer, whatever is wrong with it", () => {
  fc.assert(
    fc.property(resource, (thing) => {
      assert.deepEqual(validate(structural, thing, thing), []);
      assert.deepEqual(validate(structural, copy(thing), thing), []);
    }),
  );
});

test("a part that did not change is not held against a writer who changes another", () => {
  fc.assert(
    fc.property(resource, fc.string(), (thing, owner) => {
      const errors = validate(structural, { ...thing, spec: { ...copy(thing.spec), owner } }, thing);
      assert.deepEqual(errors, []);
    }),
  );
});

test("strict JSON is JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const space of [0, 2]) {
        const text = JSON.stringify(value, null, space);
        assert.deepEqual(decodeStrict(text), { value: JSON.parse(text) as unknown, duplicates: [] });
      }
    }),
  );
});

test("fields that stand twice are named, and the last one counts", () => {
  const text = `{"a": {"b": 1, "b": {"c": 2, "c": 3}}, "list": [1, {"x:": 1, "x:": "}"}], "a\\"": 1, "a\\u0022": 2}`;
  assert.deepEqual(decodeStrict(text), {
    value: { a: { b: { c: 3 } }, list: [1, { "x:": "}" }], 'a"': 2 },
    duplicates: ["a.b", "a.b.c", "list[1].x:", 'a"'],
  });
});

test("a field that stands twice is found wherever it hides", () => {
  const field = fc.constantFrom("a", "b", 'c"', "d:", "e\\");
  const path = fc.array(fc.oneof(field, fc.integer({ min: 0, max: 2 })), { maxLength: 4 });
  fc.assert(
    fc.property(path, field, (way, twice) => {
      const pair = `{${JSON.stringify(twice)}: 1, "other": ":", ${JSON.stringify(twice)}: [2]}`;
      const text = way.reduceRight<string>(
        (inside, step) =>
          typeof step === "number"
            ? `[${[...Array.from({ length: step }, () => '":{"'), inside].join(",")}]`
            : `{${JSON.stringify(step)}: ${inside}}`,
        pair,
      );
      const prefix = way.reduce<string>((sum, step) => {
        if (typeof step === "number") return `${sum}[${step}]`;
        return sum === "" ? step : `${sum}.${step}`;
      }, "");
      assert.deepEqual(decodeStrict(text).duplicates, [prefix === "" ? twice : `${prefix}.${twice}`]);
    }),
  );
});

test("what is no JSON is refused", () => {
  for (const text of ["", "{", '{"a":}', "[1,]", "nul", '"x']) assert.throws(() => decodeStrict(text), JsonSyntaxError);
});

test("a key called __proto__ cannot reach the prototype", () => {
  const { value } = decodeStrict('{"__proto__": {"polluted": 1}, "__proto__": {"polluted": 2}}');
  assert.ok(Object.hasOwn(value as object, "__proto__"));
  assert.equal((value as JsonObject)["polluted"], undefined);
  assert.equal((copy(value) as JsonObject)["polluted"], undefined);
});
