import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { type Actor, actors } from "../src/reconcilers/change-proposal/actor.ts";
import { verdicts as proposal } from "../src/reconcilers/change-proposal/verdict.ts";
import { verdicts as forge } from "../src/reconcilers/forge/decide.ts";
import { attentionReasons, verdicts as operation } from "../src/reconcilers/operation/decide.ts";
import { verdicts as release } from "../src/reconcilers/release/verdict.ts";
import { verdicts as releasePlan } from "../src/reconcilers/release-plan/verdict.ts";
import { verdicts as releaseTrain } from "../src/reconcilers/release-train/decide.ts";
import { verdicts as repository } from "../src/reconcilers/repository/decide.ts";
import { verdicts as runRecord } from "../src/reconcilers/run-record/decide.ts";
import { kinds } from "../src/schema/index.ts";

const page = readdirSync("docs/reasons")
  .map((name) => readFileSync(join("docs/reasons", name), "utf8"))
  .join("\n");
const rowsOf = (text: string) => [...text.matchAll(/^\| `([A-Za-z]+)` \|/gm)].map(([, name]) => name!);

test("every reason is explained, and nothing else is", () => {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  const text = sources.map((path) => readFileSync(join("src", path), "utf8")).join("\n");
  const inTables = [proposal, forge, operation, repository, release, releasePlan, runRecord, releaseTrain].flatMap(
    (table) => Object.keys(table),
  );
  const thrown = [...text.matchAll(/new (?:StalledError|WaitingError)\(\s*"([A-Za-z]+)"/g)].map(
    ([, reason]) => reason!,
  );
  const elsewhere = sources
    .filter((path) => /^(controller\/(failure|parse)|reconcilers\/errors)\.ts$/.test(path))
    .flatMap((path) =>
      [...readFileSync(join("src", path), "utf8").matchAll(/reason: "([A-Za-z]+)"/g)].map(([, reason]) => reason!),
    );
  const used = new Set<string>([...inTables, ...attentionReasons, ...thrown, ...elsewhere]);
  const explained = new Set(rowsOf(page));
  assert.deepEqual(
    [...used].filter((reason) => !explained.has(reason)),
    [],
    "without a row in docs/reasons/",
  );
  assert.deepEqual(
    [...explained].filter((reason) => !used.has(reason) && !text.includes(`"${reason}"`)),
    [],
    "explained, and used nowhere",
  );
});

test("the page says of each reason whether it waits, needs a person, or is ready", () => {
  const words = { ready: "ready", progressing: "waits", stalled: "needs you" } as const;
  for (const table of [proposal, forge, operation, repository, release, releasePlan, runRecord, releaseTrain]) {
    for (const [reason, verdict] of Object.entries(table)) {
      assert.ok(
        page.includes(`| \`${reason}\` | ${words[verdict as keyof typeof words]} |`),
        `${reason} is ${verdict}`,
      );
    }
  }
});

test("the page of proposals says of each reason who acts next", () => {
  const words: Readonly<Record<Actor, string>> = {
    ...{ Nobody: "nobody", Millrace: "Millrace", Forge: "the forge", Checks: "the checks", You: "you" },
  };
  const own = readFileSync("docs/reasons/changeproposal.md", "utf8");
  for (const [, reason, actor] of own.matchAll(/^\| `([A-Za-z]+)` \| [a-z ]+ \| ([A-Za-z ]+) \|/gm)) {
    assert.equal(actor, words[actors[reason as keyof typeof actors]], reason);
  }
});

const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...markdownIn("docs")];
function markdownIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join(folder, path));
}

for (const path of pages) {
  const text = readFileSync(path, "utf8");

  test(`${path}: every link leads to a file`, () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(([, link]) => link!);
    assert.deepEqual(
      links.filter((link) => !existsSync(join(dirname(path), link))),
      [],
    );
  });

  test(`${path}: every object in it is valid`, () => {
    for (const [, yaml] of text.matchAll(/^```yaml\n(.*?)^```$/gms)) {
      for (const document of parseAllDocuments(yaml!)) {
        const object = document.toJS() as { kind: string; spec: unknown };
        const kind = kinds.find((each) => each.kind === object.kind);
        assert.ok(kind, `${object.kind} is no kind`);
        z.strictObject(kind.spec.shape).parse(object.spec);
      }
    }
  });
}

test("every target of the Makefile that a page names is there", () => {
  const makefile = readFileSync("Makefile", "utf8");
  for (const path of pages) {
    for (const [, target] of readFileSync(path, "utf8").matchAll(/(?:^|`|&& )make ([a-z][a-z0-9-]*)/gm)) {
      assert.match(makefile, new RegExp(`^${target}:`, "m"), `${path} names make ${target}`);
    }
  }
});
