import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { kinds } from "../../src/schema/index.ts";
import type { Wish } from "../support/memory-cluster.ts";
import { forge, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

/** Objects of a file below examples/proposals/, with words in it replaced. */
const example = (name: string, words: Readonly<Record<string, string>> = {}): Wish[] => {
  const text = Object.entries(words).reduce(
    (all, [from, to]) => all.replaceAll(from, to),
    readFileSync(`examples/proposals/${name}.yaml`, "utf8"),
  );
  return parseAllDocuments(text).map((document) => {
    const object = document.toJS() as { kind: string; metadata: { name: string }; spec: Wish["spec"] };
    return { kind: kinds.find(({ kind }) => kind === object.kind)!, name: object.metadata.name, spec: object.spec };
  });
};

const gateway = {
  "acme/gateway": {
    "config.yaml": "server:\n  timeout: 10s # seconds are enough\n",
    Dockerfile: "FROM golang:1.22.0 # base image\n",
    "README.md": "Gateway\n",
  },
};
const world = (...wishes: readonly Wish[]): World =>
  given([forge(), repository("gateway", { operations: ["Backport"] }), ...wishes], gateway);
const fileOn = ({ host }: World, branch: string, path: string): string => {
  const there = host.get("acme/gateway");
  return String(there.commits.get(there.heads.get(branch)!)!.files.get(path));
};

test("the edits change the value and the marked version, and nothing else", async () => {
  const of = world(...example("edit"));
  await of.settles();
  const [pull] = of.host.get("acme/gateway").pulls;
  assert.deepEqual(pull && [...pull.labels], ["config"]);
  assert.equal(fileOn(of, pull!.head, "config.yaml"), "server:\n  timeout: 60s # seconds are enough\n");
  assert.equal(fileOn(of, pull!.head, "Dockerfile"), "FROM golang:1.24.1 # base image\n");
  assert.match(pull!.body, /Clients behind proxies/);
});

test("the command is asked for as it is written, where commands are run", async () => {
  const of = world(...example("run"));
  await of.settles();
  assert.match(of.transcript(), /NoRunner/);
});

test("the fix is picked onto every maintenance branch", async () => {
  const of = world();
  const there = of.host.get("acme/gateway");
  for (const branch of ["release/1", "release/2"]) there.heads.set(branch, there.heads.get("main")!);
  const fix = of.person.push("acme/gateway", "main", { "README.md": "Gateway, mended\n" }, "Mend it");
  of.apply(...example("backport", { "4b825dc642cb6eb9a060e54bf8d69288fbee4904": fix }));
  await of.settles();
  assert.deepEqual(
    there.pulls.map(({ base, state }) => `${base} ${state}`),
    ["release/1 Open", "release/2 Open"],
  );
});

test("what came between two commits is taken back, and what came later stays", async () => {
  const of = world();
  const from = of.host.get("acme/gateway").heads.get("main")!;
  of.person.push("acme/gateway", "main", { "config.yaml": "server: {}\n" }, "Pool connections");
  const to = of.person.push("acme/gateway", "main", { "pool.yaml": "size: 9\n" }, "Pool more");
  of.person.push("acme/gateway", "main", { "README.md": "Gateway, again\n" }, "Something else");
  const [first, last] = ["4b825dc642cb6eb9a060e54bf8d69288fbee4904", "8ab686eafeb1f44702738c8b0f24f2567c36da6d"];
  of.apply(...example("revert", { [first]: from, [last]: to }));
  await of.settles();
  const { pulls, heads, commits } = of.host.get("acme/gateway");
  const files = commits.get(heads.get(pulls[0]!.head)!)!.files;
  assert.deepEqual([...files.keys()].sort(), ["Dockerfile", "README.md", "config.yaml"]);
  assert.equal(String(files.get("config.yaml")), gateway["acme/gateway"]["config.yaml"]);
  assert.equal(String(files.get("README.md")), "Gateway, again\n");
});

test("the Gitea forge is one that the schema takes", () => {
  for (const { kind, spec } of example("gitea")) kind.spec.parse(spec);
});
