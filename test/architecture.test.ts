import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

/** Rows from left to right: a folder imports from itself and from rows to its left, never from its own row. */
const rows = [
  ["schema"],
  ["sequencer"],
  ["reconcilers"],
  ["controller", "forge", "git", "runner", "gateway", "agent", "embedded"],
  ["cli"],
];
const rowOf = (folder: string): number => rows.findIndex((row) => row.includes(folder));

/** Each package has its homes. Everything else goes through a port. */
const homes: Readonly<Record<string, RegExp>> = {
  "@kubernetes/client-node": /^controller\/kubeconfig\.ts$/,
  "@marcbachmann/cel-js": /^embedded\/apiserver\//,
  "@octokit/auth-app": /^forge\//,
  "@octokit/rest": /^forge\//,
  "@octokit/plugin-throttling": /^$/, // a peer in the benchmarks
  croner: /^reconcilers\/schedule\.ts$/,
  "fast-json-patch": /^(embedded\/apiserver|controller)\//,
  "jsonc-parser": /^reconcilers\/change\//,
  pino: /^(controller|cli)\//,
  "smol-toml": /^reconcilers\/change\//,
  undici: /^(controller|forge|embedded)\//,
  yaml: /^(schema|reconcilers|embedded|cli)\//,
  zod: /^(schema|reconcilers|gateway|cli)\//,
};

/** Files that may ask for the time, for luck or for the environment, each with its reason. */
const asks: readonly RegExp[] = [
  /^cli\/main\.ts$/, // puts the parts together
];

const maxLines = 150;
const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
const importsOf = (source: string): string[] =>
  [...source.matchAll(/^(?:import|export)\b[^;]*?from "(?<from>[^"]+)"|^import "(?<bare>[^"]+)"/gm)].map(
    (match) => match.groups!["from"] ?? match.groups!["bare"]!,
  );
const packageOf = (from: string): string =>
  from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");

for (const file of files) {
  const source = readFileSync(join("src", file), "utf8");
  const [own = ""] = file.split("/");

  test(`src/${file} imports only what it may`, () => {
    assert.notEqual(rowOf(own), -1, `${own} is not a folder of the layout`);
    for (const from of importsOf(source)) {
      if (from.startsWith(".")) {
        const [to = ""] = relative("src", join("src", dirname(file), from)).split("/");
        assert.ok(to === own || rowOf(to) < rowOf(own), `${own} must not import ${to}`);
        assert.match(from, /\.(ts|json)$/, `${from}: imports name the file`);
      } else if (!from.startsWith("node:")) {
        assert.match(file, homes[packageOf(from)] ?? /^$/, `${from} does not belong in ${file}`);
      }
    }
  });

  test(`src/${file} asks nobody for the time, for luck or for the environment`, () => {
    if (asks.some((each) => each.test(file))) return;
    assert.doesNotMatch(source, /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b/);
  });

  test(`src/${file} is small enough to read at once`, () => {
    const code = source.split("\n").filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
    assert.ok(
      code <= maxLines,
      `${code} lines of code; ${maxLines} at most: find the second idea in it and give it a file`,
    );
    assert.doesNotMatch(source, /\bTODO\b|\bFIXME\b/, "do it, or say it in the docs");
  });
}
