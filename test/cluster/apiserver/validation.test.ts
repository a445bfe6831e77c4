import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { compileStructural } from "../../../src/embedded/apiserver/schema/structural.ts";
import {
  type Cause,
  groups,
  type Specimen,
  schemaOf,
  sorted,
  specimen,
  titleOf,
  type Verdict,
  verdictOf,
} from "../../embedded/apiserver/schema/specimen.ts";
import { type ControlPlane, missingAssets, startControlPlane } from "../../support/control-plane.ts";
import { type Answer, Rest } from "../../support/rest.ts";
import { define, pathOf } from "./definition.ts";

function theirs({ status, body }: Answer): Verdict {
  const { details, spec } = body as { details?: { causes?: Cause[] }; spec?: unknown };
  if (status < 300) return { spec: spec ?? {} };
  assert.equal(status, 422, JSON.stringify(body));
  return { causes: sorted((details?.causes ?? []).map(({ reason, message, field }) => ({ reason, message, field }))) };
}

describe("objects are checked as by a real API server", { skip: missingAssets() }, () => {
  /** For the suite that runs without a server: MILLRACE_RECORD=1 writes them down. */
  const answers: Record<string, Verdict> = {};
  let plane: ControlPlane;
  let rest: Rest;

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    rest = new Rest(plane);
    const kinds = groups.map((group, index) => define(rest, `specimen${index}s`, `Specimen${index}`, schemaOf(group)));
    await Promise.all(kinds);
  });
  after(async () => {
    rest?.close();
    await plane?.close();
    if (process.env["MILLRACE_RECORD"]) {
      writeFileSync("test/embedded/apiserver/schema/answers.json", `${JSON.stringify(answers, null, 1)}\n`);
    }
  });

  for (const [index, group] of groups.entries()) {
    const structural = compileStructural(schemaOf(group));
    const path = pathOf(`specimen${index}s`);
    const query = "dryRun=All&fieldValidation=Ignore";
    for (const { name, values, changes = [] } of group) {
      for (const value of values) {
        const title = titleOf(name, value);
        test(title, async () => {
          const object = specimen(index, name, value);
          answers[title] = theirs(await rest.call("POST", `${path}?${query}`, { body: object }));
          assert.deepEqual(verdictOf(structural, object), answers[title]);
        });
      }
      for (const [from, to] of changes) {
        const title = titleOf(name, to, from);
        test(title, async () => {
          const { body } = await rest.call("POST", path, { body: specimen(index, name, from) });
          const old = body as unknown as Specimen;
          const object = { ...specimen(index, name, to), metadata: old.metadata };
          const place = `${path}/${old.metadata.name}`;
          answers[title] = theirs(await rest.call("PUT", `${place}?${query}`, { body: object }));
          await rest.call("DELETE", place);
          assert.deepEqual(verdictOf(structural, object, old), answers[title]);
        });
      }
    }
  }
});
