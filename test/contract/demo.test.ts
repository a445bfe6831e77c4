import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

/** The demo as people run it, as a process of its own, on free ports. Gives what it printed. */
async function demo(...more: readonly string[]): Promise<string> {
  const ports = ["--forge-port", "0", "--cluster-port", "0", "--gateway-port", "0"];
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", "demo", ...ports, ...more], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const [code] = await once(child, "exit");
  assert.equal(code, 0, printed);
  return printed;
}

for (const [name, options] of [
  ["the demo syncs a fleet, releases it in the order of its graph, and says so", []],
  ["without webhooks it reaches the same end", ["--no-webhooks"]],
] as const)
  test(name, async () => {
    const printed = await demo(...options);
    assert.match(printed, /verified on the forge: one pull request in each of sdk-go, sdk-node, sdk-python, merged/);
    assert.match(printed, /^longest chain: apis -> sdk-go -> billing -> platform$/m);
    const at = (line: RegExp): number => {
      const found = printed.search(line);
      assert.ok(found > 0, `${line} was not told:\n${printed}`);
      return found;
    };
    // In the order of the graph, and each with the version that its commits, or the versions that it takes, ask for.
    const told = [
      at(/sdk-go +0\.21\.0 -> 0\.22\.0 +released/),
      at(/billing +1\.0\.0 +takes new versions/),
      at(/billing +1\.0\.0 -> 1\.0\.1 +released/),
      at(/platform +1\.0\.0 +takes new versions/),
      at(/platform +1\.0\.0 -> 1\.0\.1 +released/),
    ];
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
    at(/sdk-node +0\.21\.0 -> 0\.21\.1 +released/);
    at(/sdk-python +0\.21\.0 -> 0\.22\.0 +released/);
    at(/verified on the forge: each tag is the merge of its pull request/);
    assert.doesNotMatch(printed, /Warning/);
  });
