import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { commandsIn, momentOf, untilOf } from "../../../src/reconcilers/change-proposal/command.ts";

const day = 86_400_000;

for (const [comment, ...commands] of [
  ["/millrace rebase", { word: "rebase" }],
  ["/millrace   Retry  please", { word: "retry" }],
  ["/millrace", { word: "help" }],
  ["/millrace why\r\n/millrace help", { word: "why" }, { word: "help" }],
  ["/millrace adopt", { word: "adopt", sha: undefined }],
  ["/millrace adopt ABCDEF1 thanks", { word: "adopt", sha: "abcdef1" }],
  ["/millrace reject", { word: "reject", reason: undefined }],
  ["/millrace reject it\u202eis \u0000 bad", { word: "reject", reason: "it is bad" }],
  ["/millrace release ours now", { word: "release", reason: "ours now" }],
  ["/millrace hold 3d", { word: "hold", until: { is: "for", ms: 3 * day }, reason: undefined }],
  ["/millrace hold 2W freeze", { word: "hold", until: { is: "for", ms: 14 * day }, reason: "freeze" }],
  ["/millrace hold OFF", { word: "hold", until: { is: "off" }, reason: undefined }],
  [
    "/millrace hold 2026-02-03T04:05:06+01:00 until the talk",
    { word: "hold", until: { is: "at", ms: Date.parse("2026-02-03T03:05:06Z") }, reason: "until the talk" },
  ],
  ["/millrace why\nand then\n/millrace reject", { word: "why" }],
  [`/millrace\u00a0why`, { word: "why" }],
] as const) {
  test(`${JSON.stringify(comment)} says ${commands.map(({ word }) => word).join(", ")}`, () => {
    assert.deepEqual(commandsIn(comment), commands);
  });
}

for (const comment of [
  "",
  "hello",
  " /millrace reject",
  "\n/millrace reject",
  "> /millrace reject",
  "    /millrace reject",
  "```\n/millrace reject\n```",
  "/millracereject",
  "/Millrace reject",
  "\ufeff/millrace reject",
  "please /millrace reject",
  "/mill\u200brace reject",
]) {
  test(`${JSON.stringify(comment)} is not for us`, () => {
    assert.deepEqual(commandsIn(comment), []);
  });
}

test("what nobody understands is told without their words", () => {
  for (const comment of [
    "/millrace <img src=x>",
    "/millrace @all",
    "/millrace hold @all",
    "/millrace adopt #1",
    "/millrace \u{1f600}",
  ]) {
    const [command, ...more] = commandsIn(comment);
    assert.deepEqual(more, []);
    assert.ok(command?.word === "unclear");
    assert.doesNotMatch(command.why, /[@<>#\u{1f600}]/u);
  }
});

test("at most five lines are listened to, and the rest is said", () => {
  const commands = commandsIn("/millrace why\n".repeat(9));
  assert.deepEqual(
    commands.map(({ word }) => word),
    ["why", "why", "why", "why", "why", "unclear"],
  );
});

test("a hold is bounded, and a moment has to be one", () => {
  assert.equal(untilOf("91d"), undefined);
  assert.equal(untilOf("13w"), undefined);
  assert.deepEqual(untilOf("90d"), { is: "for", ms: 90 * day });
  for (const bad of ["0m", "3", "d", "-3d", "3d2h", "1e3d", "999999999999h", "tomorrow"])
    assert.equal(untilOf(bad), undefined, bad);
  for (const bad of ["2026-02-30", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00"]) {
    assert.equal(momentOf(bad), undefined, bad);
  }
});

test("every text has an answer, quickly, in the shape that status can keep", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc
      .constantFrom("rebase", "hold", "hold 3d", "reject", "adopt", "why", ">", "```", " ", "\t")
      .chain((word) => fc.string({ unit: "binary", maxLength: 40 }).map((rest) => `/millrace ${word} ${rest}`)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 9 }), fc.constantFrom("\n", "\r\n", "\r"), (lines, end) => {
      const commands = commandsIn(lines.join(end));
      assert.ok(commands.length <= 6);
      for (const command of commands) {
        if ("reason" in command && command.reason !== undefined) {
          assert.ok([...command.reason].length <= 200);
          assert.doesNotMatch(command.reason, /[\p{Cc}\p{Cf}]/u);
        }
        if (command.word === "adopt" && command.sha !== undefined) assert.match(command.sha, /^[0-9a-f]{7,64}$/);
      }
    }),
  );
});

test("a huge comment takes no time", () => {
  const began = performance.now();
  for (const piece of ["/millrace ", "\n", " ", "hold ", "/millrace hold \n", "a"])
    commandsIn(`/millrace ${piece.repeat(1_000_000)}`);
  assert.ok(performance.now() - began < 2_000);
});
