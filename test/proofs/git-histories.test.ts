import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { test } from "node:test";

const count = Number(process.env["MILLRACE_HISTORIES"] ?? 10_000);
const batch = 250;
const program = "test/support/git-histories.ts";

interface Told {
  readonly ours: number;
  readonly theirs: number;
  readonly races: number;
}

type Played = { readonly is: "kept"; readonly told: Told } | { readonly is: "lost"; readonly how: string };

/** Plays some histories in a process of its own. */
function play(first: number, size: number, ...options: readonly string[]): Promise<Played> {
  return new Promise((done, fail) => {
    const args = ["--import", "tsx", program, String(first), String(size), ...options];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const [out, said]: [string[], string[]] = [[], []];
    child.stdout.on("data", (chunk) => out.push(String(chunk)));
    child.stderr.on("data", (chunk) => said.push(String(chunk)));
    child.on("error", fail);
    child.on("close", (code) => {
      const how = said.join("") || `the batch from ${first} on ended with ${code}`;
      done(code === 0 ? { is: "kept", told: JSON.parse(out.join("")) as Told } : { is: "lost", how });
    });
  });
}

test(`${count} random histories on real git lose no commit of a person`, async (t) => {
  assert.ok(count >= 1, "at least one history");
  const began = performance.now();
  const losses: string[] = [];
  const told = { ours: 0, theirs: 0, races: 0 };
  let [next, played] = [1, 0];
  const worker = async (): Promise<void> => {
    while (next <= count && losses.length === 0) {
      const [first, size] = [next, Math.min(batch, count - next + 1)];
      next += size;
      const result = await play(first, size);
      played += size;
      if (result.is === "lost") losses.push(result.how);
      else for (const key of ["ours", "theirs", "races"] as const) told[key] += result.told[key];
      t.diagnostic(`${played} of ${count} after ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  t.diagnostic(`${told.theirs} commits of people, ${told.ours} effects of ours, ${told.races} of them raced`);
  assert.deepEqual(losses, [], `replay one with: node --import tsx ${program} SEED 1`);
});

test("the same histories without the lease lose commits of people: the suite sees it", async (t) => {
  const result = await play(1, 200, "ignored");
  assert.equal(result.is, "lost", "pushes that ignore the lease lost nothing in 200 histories");
  if (result.is === "lost") t.diagnostic(result.how.split("\n").slice(0, 6).join(" ").slice(0, 300));
});
