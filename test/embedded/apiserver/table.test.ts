import assert from "node:assert/strict";
import { test } from "node:test";
import { age, humanDuration } from "../../../src/embedded/apiserver/table/age.ts";
import { compileJsonPath } from "../../../src/embedded/apiserver/table/json-path.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test("ages have the digits that matter", () => {
  for (const [ms, text] of [
    [-5 * second, "<invalid>"],
    [-1 * second, "0s"],
    [0, "0s"],
    [119 * second, "119s"],
    [2 * minute, "2m"],
    [5 * minute + 3 * second, "5m3s"],
    [10 * minute + 30 * second, "10m"],
    [179 * minute, "179m"],
    [3 * hour + 12 * minute, "3h12m"],
    [8 * hour + 30 * minute, "8h"],
    [47 * hour, "47h"],
    [2 * day + 3 * hour, "2d3h"],
    [8 * day + 5 * hour, "8d"],
    [729 * day, "729d"],
    [800 * day, "2y70d"],
    [10 * 365 * day, "10y"],
  ] as const) {
    assert.equal(humanDuration(ms), text);
  }
  const now = new Date("2026-01-01T00:00:00Z");
  assert.deepEqual(
    [age(undefined, now), age("soon", now), age("2025-12-31T23:59:55Z", now)],
    ["<unknown>", "<invalid>", "5s"],
  );
});

test("columns find their values by the paths that kubectl knows", () => {
  const object = {
    metadata: { name: "one", labels: { "a.b/c": "d" }, annotations: { "it's": "x" } },
    spec: {
      list: [1, 2, 3],
      edges: [
        { name: "x", weight: 3 },
        { name: "y", weight: 5, live: true },
      ],
    },
    status: {
      conditions: [
        { type: "Ready", status: "True" },
        { type: "Other", status: "False" },
      ],
      nothing: null,
    },
  };
  for (const [path, found] of [
    [".metadata.name", ["one"]],
    ["metadata.name", ["one"]],
    ["{.metadata.name}", ["one"]],
    ["$.metadata.name", ["one"]],
    [".metadata.labels['a.b/c']", ["d"]],
    [".metadata.labels.a\\.b/c", ["d"]],
    [".spec.list[0]", [1]],
    [".spec.list[-1]", [3]],
    [".spec.list[1:]", [2, 3]],
    [".spec.list[*]", [1, 2, 3]],
    [".spec.edges[*].name", ["x", "y"]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[?(@.type == 'Ready')].status", ["True"]],
    [".spec.edges[?(@.weight>3)].name", ["y"]],
    [".spec.edges[?(@.live)].name", ["y"]],
    [".spec.none.deeper", []],
    [".status.nothing", []],
    [".metadata.name.first", []],
  ] as const) {
    assert.deepEqual(compileJsonPath(path)(object), found, path);
  }
});

test("a path that cannot be read is refused by its text", () => {
  for (const path of [".a[", ".a..b", "..a", ".a[?(@.b ~ 1)]", ".a b["])
    assert.throws(() => compileJsonPath(path), /JSON path/, path);
});
