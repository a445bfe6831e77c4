import assert from "node:assert/strict";
import { test } from "node:test";
import { narrator } from "../../src/cli/demo/narrator.ts";
import { pictureOf } from "../../src/cli/demo/plan-picture.ts";
import { fleetOf } from "../../src/cli/graph/model.ts";
import { Repository } from "../../src/schema/repository.ts";

const repository = (name: string, ...dependsOn: readonly string[]) =>
  Repository.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Repository",
    metadata: { name, namespace: "default", uid: name, generation: 1 },
    spec: {
      forgeRef: { name: "forge" },
      owner: "acme",
      name,
      dependsOn: dependsOn.map((each) => ({ name: each })),
    },
  });
const fleet = fleetOf([
  repository("platform", "billing", "sdk-node"),
  repository("billing", "sdk-go"),
  repository("sdk-node", "apis"),
  repository("sdk-go", "apis"),
  repository("apis"),
]);

test("a plan is drawn in the order of the graph, with what each is at, and without what is not in it", () => {
  const picture = pictureOf(fleet, [
    { name: "billing", phase: "Bumping", before: "1.0.0", version: "1.0.0", pullRequest: "#1" },
    { name: "platform", phase: "WaitingFor", before: "1.0.0", message: "billing" },
    { name: "sdk-go", phase: "Succeeded", before: "0.21.0", version: "0.22.0", pullRequest: "#2" },
    { name: "sdk-node", phase: "Failed", before: "0.21.0", message: "ChecksFailed: build", pullRequest: "#2" },
  ]);
  assert.deepEqual(
    picture.map((line) => line.replaceAll(/ {2,}/g, " | ")),
    [
      "first | sdk-go | 0.21.0 -> 0.22.0 | released",
      " | sdk-node | 0.21.0 | failed ChecksFailed: build".trimStart(),
      "then | billing | 1.0.0 | takes new versions #1 | needs sdk-go",
      "then | platform | 1.0.0 | waits | needs billing, sdk-node",
    ].map((line, at) => (at === 1 ? ` ${line}` : line)),
  );
});

test("columns stand still while words change", () => {
  const at = (phase: "Ready" | "Releasing", pullRequest?: string): number => {
    const node = { name: "billing", phase, before: "1.0.0", ...(pullRequest !== undefined && { pullRequest }) };
    const sdk = { name: "sdk-go", phase: "Succeeded", before: "0.21.0", version: "0.22.0" } as const;
    return pictureOf(fleet, [node, sdk])
      .find((line) => line.includes("billing"))!
      .indexOf("needs");
  };
  assert.equal(at("Ready"), at("Releasing", "#12"));
});

test("a first version has none before it", () => {
  const [line] = pictureOf(fleet, [{ name: "apis", phase: "Succeeded", version: "1.0.0" }]);
  assert.match(line!, /^first {2}apis +new -> 1\.0\.0 +released$/);
});

test("a picture takes the place of the one before where it is read in colour; elsewhere only what differs is told", () => {
  for (const [colour, expected] of [
    [true, "\u001b[2A\u001b[J T  a\n T  c\n"],
    [false, " T  c\n"],
  ] as const) {
    const told: string[] = [];
    const tell = narrator({ out: (text) => told.push(text), colour }, () => 0);
    tell.picture(["a", "b"], []);
    tell.picture(["a", "c"], ["a", "b"]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.equal(told[1]!.replaceAll(/(?:\u001b\[2m)? *0\.0s(?:\u001b\[0m)?/g, " T"), expected);
  }
});
