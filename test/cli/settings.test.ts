import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { CommandError } from "../../src/cli/command.ts";
import { readSettings, Settings } from "../../src/cli/settings.ts";

const read = (env: Record<string, string> = {}, options: Record<string, string> = {}) => readSettings({ env, options });

test("everything has a default that suits one process on one machine", () => {
  const settings = read();
  assert.equal(settings.MILLRACE_WORKERS, 4);
  assert.deepEqual(settings.MILLRACE_GATEWAY, { host: "127.0.0.1", port: 9292 });
  assert.equal(settings.MILLRACE_LEADER_ELECTION, true);
});

test("an option wins over the environment", () => {
  assert.equal(read({ MILLRACE_WORKERS: "2" }, { workers: "8" }).MILLRACE_WORKERS, 8);
});

for (const [text, want] of [
  ["off", undefined],
  ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
  ["[::1]:80", { host: "::1", port: 80 }],
] as const) {
  test(`an address is ${text}`, () => assert.deepEqual(read({ MILLRACE_OPS: text }).MILLRACE_OPS, want));
}

test("every wrong setting is named at once, by both of its names", () => {
  assert.throws(
    () =>
      read({
        MILLRACE_WORKERS: "many",
        MILLRACE_LOG_LEVEL: "loud",
        MILLRACE_GATEWAY: "here",
        MILLRACE_LEADER_ELECTION: "maybe",
      }),
    (error) => {
      assert.ok(error instanceof CommandError);
      for (const name of [
        "MILLRACE_WORKERS (--workers)",
        "MILLRACE_LOG_LEVEL",
        "MILLRACE_GATEWAY",
        "MILLRACE_LEADER_ELECTION",
      ]) {
        assert.ok(error.message.includes(name), name);
      }
      return error.code === 2;
    },
  );
});

test("the chart sets nothing that there is not", () => {
  const chart = readFileSync("deploy/helm/millrace/templates/deployment.yaml", "utf8");
  const set = [...chart.matchAll(/name: (MILLRACE_[A-Z_]+)/g)].map(([, name]) => name!);
  assert.ok(set.length > 5);
  assert.deepEqual(
    set.filter((name) => !(name in Settings.shape)),
    [],
  );
});

test("the chart's values are what its schema allows, and the schema allows nothing else", () => {
  const values = parse(readFileSync("deploy/helm/millrace/values.yaml", "utf8")) as object;
  const schema = JSON.parse(readFileSync("deploy/helm/millrace/values.schema.json", "utf8")) as {
    properties: object;
    additionalProperties: boolean;
  };
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(
    Object.keys(values).filter((key) => !(key in schema.properties)),
    [],
  );
});
