import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { test } from "node:test";

const count = Number(process.env["MILLRACE_RUNS"] ?? 10_000);
const batch = 250;

/** Plays a batch of histories in a process of its own; gives what it said where one failed. */
function play(first: number, size: number): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const args = ["--import", "tsx", "test/support/histories.ts", String(first), String(size)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk) => (said += chunk));
    child.on("error", fail);
    child.on("close", (code) => done(code === 0 ? undefined : said || `the batch from ${first} on ended with ${code}`));
  });
}

test(`${count} random runs of crashes, lost and repeated events, two processes, a failing forge, and people`, async (t) => {
  assert.ok(count >= 1, "at least one run");
  const failures: string[] = [];
  let next = 1;
  const worker = async (): Promise<void> => {
    while (next <= count && failures.length === 0) {
      const first = next;
      next += batch;
      const size = Math.min(batch, count - first + 1);
      const failure = await play(first, size);
      if (failure) failures.push(failure);
      else if ((first - 1) % 2_000 < batch) t.diagnostic(`${first + size - 1} of ${count}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  assert.deepEqual(failures, [], "replay one with: node --import tsx test/support/histories.ts SEED 1");
});
