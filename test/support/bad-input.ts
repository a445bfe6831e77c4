import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../../src/controller/client.ts";
import { KubeError } from "../../src/controller/errors.ts";
import { kinds } from "../../src/schema/index.ts";
import { apiVersion } from "../../src/schema/kind.ts";
import { brokenChanges, brokenExamples, brokenRules, examples } from "./broken.ts";

/** Holds an API server that has our CRDs to this: what is wrong is refused, and the refusal names the field. */
export function testBadInput(name: string, client: () => Client): void {
  const create = (kind: string, metadata: object, spec: object) =>
    client().create(
      resourceOf(kind),
      { apiVersion, kind, metadata: { namespace: "default", ...metadata } as never, spec },
      { dryRun: true },
    );

  test(`${name}: every example is taken as it is`, async () => {
    for (const { object } of examples) {
      await create(object["kind"] as string, { name: object.metadata.name }, object["spec"] as object);
    }
  });

  test(`${name}: every field of every example, broken in turn, is named in the refusal`, async () => {
    let count = 0;
    for (const { about, object, names } of brokenExamples()) {
      const refusal = await refused(
        create(object["kind"] as string, { name: object.metadata.name }, object["spec"] as object),
        about,
      );
      assert.ok(refusal.includes(names), `${about}: the refusal does not name ${names}: ${refusal}`);
      count += 1;
    }
    assert.ok(count > 200, `only ${count} fields were broken`);
  });

  for (const [about, kind, spec, message] of brokenRules) {
    test(`${name}: ${about} is refused, and why`, async () => {
      const refusal = await refused(create(kind, { name: "broken" }, spec), about);
      assert.ok(refusal.includes(message), `${message} is not in: ${refusal}`);
    });
  }

  for (const [about, kind, before, after, message] of brokenChanges) {
    test(`${name}: ${about} is refused, and why`, async () => {
      const key = { namespace: "default", name: "broken-change" };
      const made = await client().create(resourceOf(kind), { apiVersion, kind, metadata: key, spec: before });
      try {
        const metadata = { ...key, resourceVersion: made.metadata.resourceVersion };
        const refusal = await refused(
          client().update(resourceOf(kind), { apiVersion, kind, metadata, spec: after }),
          about,
        );
        assert.ok(refusal.includes(message), `${message} is not in: ${refusal}`);
      } finally {
        await client().delete(resourceOf(kind), key);
      }
    });
  }
}

const resourceOf = (kind: string) => kinds.find((each) => each.kind === kind)!.resource;

async function refused(call: Promise<unknown>, about: string): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof KubeError && [400, 422].includes(error.code)) return error.message;
    throw error;
  }
  return assert.fail(`${about}: was taken`);
}
