import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Applied, applyServerSide } from "../../../../src/embedded/apiserver/fields/apply.ts";
import {
  difference,
  type FieldSet,
  intersection,
  pathsOf,
  union,
} from "../../../../src/embedded/apiserver/fields/field-set.ts";
import type { ManagedFieldsEntry } from "../../../../src/embedded/apiserver/fields/managers.ts";
import { trackUpdate } from "../../../../src/embedded/apiserver/fields/track.ts";
import { compileStructural } from "../../../../src/embedded/apiserver/schema/structural.ts";
import { validate } from "../../../../src/embedded/apiserver/schema/validate.ts";
import { thingSchema } from "./thing.ts";

const structural = compileStructural(thingSchema);
const now = "2026-01-01T00:00:00Z";
type Spec = Record<string, unknown>;
interface Thing {
  readonly metadata: { readonly managedFields: ManagedFieldsEntry[] };
  readonly spec?: Spec;
}

const name = fc.constantFrom("a", "b", "c");
const text = fc.constantFrom("1", "2", "3");
const optional: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };
const spec: fc.Arbitrary<Spec> = fc.record(
  {
    owner: text,
    n: fc.integer({ min: 0, max: 3 }),
    deep: fc.record({ a: text, b: text }, optional),
    map: fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }),
    maps: fc.dictionary(name, fc.record({ x: text }, { noNullPrototype: true }), { maxKeys: 2, noNullPrototype: true }),
    atom: fc.record({ a: text, b: text }, optional),
    list: fc.array(text, { maxLength: 3 }),
    // Nobody owns an empty set or list of type map, so an object of nothing else counts as written by others.
    set: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
    edges: fc.uniqueArray(fc.record({ name, w: fc.integer({ min: 0, max: 2 }) }, { noNullPrototype: true }), {
      selector: (item) => item.name,
      minLength: 1,
      maxLength: 3,
    }),
  },
  optional,
);

const apply = (live: object | undefined, manager: string, wanted: Spec, force = false): Applied =>
  applyServerSide({
    live,
    applied: { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "x" }, spec: wanted },
    manager,
    force,
    subresource: undefined,
    now,
    structural,
  });

/**
 * What is stored after an apply by force. Of a map whose last part goes a null is left, as on the real server, whose
 * validation then refuses the write: such runs do not count.
 */
function forced(live: object | undefined, manager: string, wanted: Spec): Thing {
  const result = apply(live, manager, wanted, true);
  assert.ok("object" in result);
  fc.pre(validate(structural, result.object).length === 0);
  return result.object as Thing;
}

const ownedBy = (thing: Thing, manager: string): string[] => {
  const entry = thing.metadata.managedFields.find((each) => each.manager === manager);
  return entry ? [...pathsOf(entry.fieldsV1 as FieldSet)].map((path) => path.join("/")) : [];
};

/** An object that several have written, by force. */
const history = fc.array(fc.tuple(fc.constantFrom("ann", "bob", "eve"), spec), { minLength: 1, maxLength: 4 });
const after = (writes: readonly (readonly [string, Spec])[]): Thing => {
  const last = writes.reduce<Thing | undefined>((live, [manager, wanted]) => forced(live, manager, wanted), undefined);
  assert.ok(last);
  return last;
};

test("applying twice changes nothing the second time", () => {
  fc.assert(
    fc.property(history, spec, (writes, wanted) => {
      const live = after(writes);
      const once = forced(live, "ann", wanted);
      assert.deepEqual(forced(once, "ann", wanted), once);
      assert.ok("object" in apply(once, "ann", wanted), "without force there is no conflict with oneself");
    }),
  );
});

test("what is applied is what is there", () => {
  fc.assert(
    fc.property(history, spec, (writes, wanted) => {
      const live = after(writes);
      const { spec: result = {} } = forced(live, "ann", wanted);
      for (const leaf of ["owner", "n", "atom", "list"])
        if (leaf in wanted) assert.deepEqual(result[leaf], wanted[leaf]);
      const { map = {}, set = [] } = wanted as { map?: Record<string, string>; set?: string[] };
      for (const key of Object.keys(map)) assert.equal((result["map"] as Spec)[key], map[key]);
      for (const item of set) assert.ok((result["set"] as string[]).includes(item));
    }),
  );
});

test("force takes what differs from its owners, and only that", () => {
  fc.assert(
    fc.property(history, spec, (writes, wanted) => {
      const live = after(writes);
      const refused = apply(live, "new", wanted);
      const result = forced(live, "new", wanted);
      const conflicts = "conflicts" in refused ? refused.conflicts : [];
      for (const { manager, field } of conflicts) {
        assert.ok(!fieldsOf(result, manager).includes(field), `${manager} lost ${field}`);
        assert.ok(fieldsOf(live, manager).includes(field), `${manager} had ${field}`);
      }
      if (conflicts.length === 0) assert.deepEqual("object" in refused && refused.object, result);
    }),
  );
});

/** Paths in the form of conflicts. */
function fieldsOf(thing: Thing, manager: string): string[] {
  return ownedBy(thing, manager).map((path) =>
    path
      .split("/")
      .map((element) => {
        const content = element.slice(2);
        if (element.startsWith("f:")) return `.${content}`;
        if (element.startsWith("v:")) return `[=${content}]`;
        return `[${Object.entries(JSON.parse(content) as Spec).map(([key, value]) => `${key}=${JSON.stringify(value)}`)}]`;
      })
      .join(""),
  );
}

test("who applies the same values owns along, without a conflict", () => {
  fc.assert(
    fc.property(spec, (wanted) => {
      const live = forced(undefined, "ann", wanted);
      // An empty list of type set or map is nobody's, and an object that nobody owns counts as written before.
      fc.pre(ownedBy(live, "ann").length > 0);
      const result = apply(live, "bob", wanted);
      assert.ok("object" in result);
      const both = result.object as Thing;
      assert.deepEqual(ownedBy(both, "bob"), ownedBy(both, "ann"));
      assert.deepEqual(both.spec, live.spec);
    }),
  );
});

test("letting go of everything removes exactly what nobody else owns", () => {
  fc.assert(
    fc.property(spec, spec, (one, other) => {
      const alone = forced(undefined, "bob", other);
      fc.pre(ownedBy(alone, "bob").length > 0);
      const shared = forced(alone, "ann", one);
      const left = forced(shared, "ann", {});
      assert.deepEqual(ownedBy(left, "bob"), ownedBy(shared, "bob"), "bob keeps what he had");
      assert.deepEqual(
        ownedBy(left, "ann").filter((path) => path !== "f:spec"),
        [],
      );
    }),
  );
});

test("a write owns what it changed, and nobody owns what is gone", () => {
  fc.assert(
    fc.property(history, spec, (writes, wanted) => {
      const live = after(writes);
      const changed = { ...live, spec: wanted };
      const common = { manager: "writer", apiVersion: "example.com/v1", subresource: undefined, now, structural };
      const entries = trackUpdate({ before: live, after: changed, ...common });
      const again = trackUpdate({
        before: { ...changed, metadata: { ...changed.metadata, managedFields: entries } },
        after: { ...changed, metadata: { ...changed.metadata, managedFields: entries } },
        ...common,
      });
      if (live.metadata.managedFields.length > 0)
        assert.deepEqual(again, entries, "an update that changes nothing owns nothing new");
      const owned = entries.flatMap((entry) => [...pathsOf(entry.fieldsV1 as FieldSet)].map((path) => path.join("/")));
      for (const key of ["owner", "n", "list", "atom"]) {
        if (!(key in wanted)) assert.ok(!owned.includes(`f:spec/f:${key}`), `${key} is gone, yet owned`);
      }
    }),
  );
});

const setOf = (wanted: Spec): FieldSet =>
  (forced(undefined, "ann", wanted).metadata.managedFields[0]?.fieldsV1 ?? {}) as FieldSet;
const paths = (set: FieldSet): string[] => [...pathsOf(set)].map((path) => path.join("/")).sort();

test("sets of fields are sets", () => {
  fc.assert(
    fc.property(spec, spec, (first, second) => {
      const [one, other] = [setOf(first), setOf(second)];
      const [a, b] = [new Set(paths(one)), new Set(paths(other))];
      assert.deepEqual(paths(union(one, other)), [...new Set([...a, ...b])].sort());
      assert.deepEqual(paths(intersection(one, other)), [...a].filter((path) => b.has(path)).sort());
      assert.deepEqual(paths(difference(one, other)), [...a].filter((path) => !b.has(path)).sort());
      assert.equal(union(one, one), one);
      assert.deepEqual(difference(one, one), {});
    }),
  );
});
