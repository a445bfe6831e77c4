import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { applyDefaults } from "../../../src/embedded/apiserver/schema/default.ts";
import type { FieldError } from "../../../src/embedded/apiserver/schema/field-error.ts";
import { prune } from "../../../src/embedded/apiserver/schema/prune.ts";
import { compileStructural, type Structural } from "../../../src/embedded/apiserver/schema/structural.ts";
import { validate } from "../../../src/embedded/apiserver/schema/validate.ts";
import { type ControlPlane, missingAssets, startControlPlane } from "../../support/control-plane.ts";
import { type Answer, Rest } from "../../support/rest.ts";
import { define, pathOf } from "./thing.ts";
import { type Case, cases } from "./validation-cases.ts";

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

const schemaOf = (some: readonly Case[]): object => ({
  type: "object",
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
    spec: { type: "object", properties: Object.fromEntries(some.map(({ name, schema }) => [name, schema])) },
  },
});

/** A definition has a budget for its rules, so the fields share several. */
const groups = Array.from({ length: Math.ceil(cases.length / 12) }, (_, index) =>
  cases.slice(index * 12, index * 12 + 12),
);

interface Specimen {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly spec: Record<string, unknown>;
}

const sortKey = (cause: Cause): string => `${cause.field}\n${cause.message}`;
const byText = (one: Cause, other: Cause): number => (sortKey(one) < sortKey(other) ? -1 : 1);
const asCauses = (errors: readonly FieldError[]): Cause[] =>
  errors.map(({ type, message, field }) => ({ reason: type, message, field })).sort(byText);

/** What our server would do with a write: its causes, or the spec that is stored. */
function ours(structural: Structural, object: Specimen, old?: Specimen): { causes: Cause[] } | { spec: unknown } {
  const value = structuredClone(object);
  prune(structural, value);
  applyDefaults(structural, value);
  const causes = asCauses(validate(structural, value, old));
  return causes.length > 0 ? { causes } : { spec: value.spec };
}

function theirs({ status, body }: Answer): { causes: Cause[] } | { spec: unknown } | { answer: unknown } {
  const { details, spec } = body as { details?: { causes?: Cause[] }; spec?: unknown };
  if (status < 300) return { spec: spec ?? {} };
  if (status === 422)
    return {
      causes: (details?.causes ?? []).map(({ reason, message, field }) => ({ reason, message, field })).sort(byText),
    };
  return { answer: body };
}

describe("objects are checked as by a real API server", { skip: missingAssets() }, () => {
  let plane: ControlPlane;
  let rest: Rest;

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    rest = new Rest(plane);
    await Promise.all(
      groups.map((group, index) => define(rest, `specimen${index}s`, `Specimen${index}`, schemaOf(group))),
    );
  });
  after(async () => {
    rest?.close();
    await plane?.close();
  });

  for (const [index, group] of groups.entries()) {
    const structural = compileStructural(schemaOf(group));
    const path = pathOf(`specimen${index}s`);
    const specimen = (name: string, value: unknown): Specimen => ({
      apiVersion: "example.com/v1",
      kind: `Specimen${index}`,
      metadata: { name: name.toLowerCase() },
      spec: { [name]: value },
    });
    for (const { name, values, changes = [] } of group) {
      for (const value of values) {
        test(`${name}: ${JSON.stringify(value)}`, async () => {
          const object = specimen(name, value);
          const answer = await rest.call("POST", `${path}?dryRun=All&fieldValidation=Ignore`, { body: object });
          assert.deepEqual(ours(structural, object), theirs(answer));
        });
      }
      for (const [from, to] of changes) {
        test(`${name}: ${JSON.stringify(from)} becomes ${JSON.stringify(to)}`, async () => {
          const old = (await rest.call("POST", path, { body: specimen(name, from) })).body as unknown as Specimen;
          const object = { ...specimen(name, to), metadata: old.metadata };
          const place = `${path}/${old.metadata.name}`;
          const answer = await rest.call("PUT", `${place}?dryRun=All&fieldValidation=Ignore`, { body: object });
          await rest.call("DELETE", place);
          assert.deepEqual(ours(structural, object, old), theirs(answer));
        });
      }
    }
  }
});
