import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import {
  configuration,
  type Outcome,
  outcomeOf,
  replacement,
  type Step,
  shown,
  steps,
  type Tree,
} from "../../embedded/apiserver/fields/steps.ts";
import { thingSchema } from "../../embedded/apiserver/fields/thing.ts";
import { type ControlPlane, missingAssets, startControlPlane } from "../../support/control-plane.ts";
import { type Answer, Rest } from "../../support/rest.ts";
import { define, pathOf } from "./definition.ts";

describe("fields are owned as on a real API server", { skip: missingAssets() }, () => {
  const path = `${pathOf("things")}/x`;
  /** For the suite that runs without a server: MILLRACE_RECORD=1 writes them down. */
  const outcomes: Outcome[] = [];
  let plane: ControlPlane;
  let rest: Rest;
  let live: Tree | undefined;

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    rest = new Rest(plane);
    await define(rest, "things", "Thing", thingSchema);
  });
  after(async () => {
    rest?.close();
    await plane?.close();
    if (process.env["MILLRACE_RECORD"]) {
      writeFileSync("test/embedded/apiserver/fields/outcomes.json", `${JSON.stringify(outcomes, null, 1)}\n`);
    }
  });

  function send(step: Step): Promise<Answer> {
    const url = step.status ? `${path}/status` : path;
    if (!step.apply) return rest.call("PUT", `${url}?fieldManager=${step.by}`, { body: replacement(step, live!) });
    const query = `?fieldManager=${step.by}&force=${step.force ?? false}`;
    const body = configuration(step);
    return rest.call("PATCH", `${url}${query}`, { body, type: "application/apply-patch+yaml" });
  }

  function theirs({ status, body }: Answer): Outcome {
    if (status < 300) return { object: shown(body as Tree) };
    const { message, details } = body as unknown as { message: string; details: { causes: [] } };
    if (status === 500) return { refused: message.replace(/^failed to create typed patch object \([^)]*\): /, "") };
    assert.equal(status, 409, JSON.stringify(body));
    return { conflict: { message, causes: details.causes } };
  }

  for (const [index, step] of steps.entries()) {
    const what = step.apply ? `applies ${JSON.stringify(step.apply)}` : `puts ${String(step.put)}`;
    test(`${index + 1}: ${step.by} ${what}${step.force ? " by force" : ""}`, async () => {
      const answer = await send(step);
      const outcome = theirs(answer);
      outcomes.push(outcome);
      const stored = answer.status < 300 ? (answer.body as Tree) : undefined;
      assert.deepEqual(outcomeOf(step, live, stored), outcome);
      live = stored ?? live;
    });
  }
});
