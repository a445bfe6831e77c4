import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, CommandError, type Context, exitCodes, optionName } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands.ts";
import { dispatch } from "../../src/cli/dispatch.ts";
import { systemClock } from "../support/system-clock.ts";

const greet: Command = {
  name: "greet",
  summary: "Greet",
  help: "millrace greet --name Ada",
  options: [
    { usage: "--name NAME", doc: "Whom." },
    { usage: "--loud", doc: "Loudly." },
  ],
  async run({ out, options }) {
    if (options["name"] === "nobody")
      throw new CommandError("there is nobody", { code: exitCodes.unavailable, next: "name somebody" });
    out(`hello ${options["name"]}${options["loud"] ? "!" : ""}`);
    return exitCodes.ok;
  },
};

async function run(argv: readonly string[], of: readonly Command[] = [greet], change: Partial<Context> = {}) {
  const printed = { out: "", error: "" };
  const code = await dispatch(argv, of, {
    env: {},
    clock: systemClock,
    random: Math.random,
    version: "1.2.3",
    root: ".",
    signal: new AbortController().signal,
    out: (text) => {
      printed.out += text;
    },
    error: (text) => {
      printed.error += text;
    },
    colour: false,
    ...change,
  });
  return { code, ...printed };
}

test("a command gets its options", async () => {
  assert.deepEqual(await run(["greet", "--name", "Ada", "--loud"]), { code: 0, out: "hello Ada!", error: "" });
});

for (const argv of [[], ["help"], ["--help"], ["-h"]]) {
  test(`\`millrace ${argv.join(" ")}\` says what there is, and where to begin`, async () => {
    const { code, out } = await run(argv, commands);
    assert.equal(code, 0);
    for (const { name, summary } of commands)
      assert.match(out, new RegExp(`  ${name} +${summary.replace(/[?.]/g, "\\$&")}`));
    assert.match(out, /millrace demo/);
  });
}

for (const command of commands) {
  test(`help of ${command.name} names every option, by both ways`, async () => {
    const [one, other] = [await run(["help", command.name], commands), await run([command.name, "--help"], commands)];
    assert.equal(one.out, other.out);
    for (const option of command.options) assert.ok(one.out.includes(`--${optionName(option)}`), option.usage);
    assert.equal(one.code, 0);
  });
}

for (const [about, argv, code, said, next] of [
  ["an unknown command", ["fly"], 2, 'there is no command "fly"', "There are: greet"],
  ["an unknown option", ["greet", "--fast"], 2, "Unknown option '--fast'", "millrace help greet"],
  ["an option without its value", ["greet", "--name"], 2, "--name", "millrace help greet"],
  ["something that is no option", ["greet", "Ada"], 2, "Ada", "millrace help greet"],
  ["an error for people", ["greet", "--name", "nobody"], 3, "there is nobody", "name somebody"],
] as const) {
  test(`${about} ends with ${code}, what is wrong, and the next step`, async () => {
    const result = await run(argv);
    assert.equal(result.code, code);
    assert.ok(
      result.error.startsWith("millrace: ") && result.error.includes(said) && result.error.includes(next),
      result.error,
    );
    assert.equal(result.out, "");
  });
}

test("a command that was interrupted says so by its code alone", async () => {
  const stopped = AbortSignal.abort(new Error("stopped by SIGINT"));
  const waits: Command = { ...greet, run: ({ signal }) => Promise.reject(signal.reason) };
  assert.deepEqual(await run(["greet"], [waits], { signal: stopped }), { code: 130, out: "", error: "" });
});

test("a failure that nobody foresaw is not swallowed", async () => {
  const broken: Command = { ...greet, run: () => Promise.reject(new TypeError("a bug")) };
  await assert.rejects(run(["greet"], [broken]), TypeError);
});

test("version and crds speak JSON too", async () => {
  const version = JSON.parse((await run(["version", "--json"], commands)).out) as { millrace: string; api: string };
  assert.deepEqual([version.millrace, version.api], ["1.2.3", "millrace.dev/v1alpha1"]);
  const list = JSON.parse((await run(["crds", "--json"], commands)).out) as { items: { kind: string }[] };
  assert.ok(list.items.length >= 4 && list.items.every(({ kind }) => kind === "CustomResourceDefinition"));
});
