import { applyDefaults } from "../../../../src/embedded/apiserver/schema/default.ts";
import type { FieldError } from "../../../../src/embedded/apiserver/schema/field-error.ts";
import { prune } from "../../../../src/embedded/apiserver/schema/prune.ts";
import type { Structural } from "../../../../src/embedded/apiserver/schema/structural.ts";
import { validate } from "../../../../src/embedded/apiserver/schema/validate.ts";
import { type Case, cases } from "./cases.ts";

/** A cause of a Status. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What a server makes of a write: why it refuses it, or what it stores. */
export type Verdict = { readonly causes: readonly Cause[] } | { readonly spec: unknown };

export interface Specimen {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly spec: Record<string, unknown>;
}

/** Twelve cases are one kind: a definition has a budget for its rules. */
const size = 12;
export const groups: readonly (readonly Case[])[] = Array.from({ length: Math.ceil(cases.length / size) }, (_, index) =>
  cases.slice(index * size, index * size + size),
);

export const schemaOf = (group: readonly Case[]): object => ({
  type: "object",
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
    spec: { type: "object", properties: Object.fromEntries(group.map(({ name, schema }) => [name, schema])) },
  },
});

export const specimen = (index: number, name: string, value: unknown): Specimen => ({
  apiVersion: "example.com/v1",
  kind: `Specimen${index}`,
  metadata: { name: name.toLowerCase() },
  spec: { [name]: value },
});

const keyOf = ({ field, message }: Cause): string => `${field}\n${message}`;

/** The real server walks maps in any order, so causes are compared as a set. */
export const sorted = (causes: readonly Cause[]): Cause[] =>
  [...causes].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));

const causesOf = (errors: readonly FieldError[]): Cause[] =>
  sorted(errors.map(({ type, message, field }) => ({ reason: type, message, field })));

/** What our server makes of a write. */
export function verdictOf(structural: Structural, object: Specimen, old?: Specimen): Verdict {
  const value = structuredClone(object);
  prune(structural, value);
  applyDefaults(structural, value);
  const causes = causesOf(validate(structural, value, old));
  return causes.length > 0 ? { causes } : { spec: value.spec };
}

/** A case's write by name: `aString: 5`, `immutable: "a" becomes "b"`. */
export const titleOf = (name: string, value: unknown, from?: unknown): string =>
  from === undefined
    ? `${name}: ${JSON.stringify(value)}`
    : `${name}: ${JSON.stringify(from)} becomes ${JSON.stringify(value)}`;
