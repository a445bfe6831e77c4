import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { beganAt } from "../../src/runner/process/proc.ts";
import { findTools } from "../../src/runner/process/tool.ts";
import { RunnerDriver } from "../contract/runner.contract.ts";
import { processFixture, systemPath } from "./process-fixture.ts";

const { signal } = new AbortController();

test("a result outlives its runner", async () => {
  const host = await processFixture();
  const drive = new RunnerDriver(host);
  const [good, bad] = [await drive.run("echo x > x; rm README.md"), await drive.run("echo why; exit 3")];
  const before = [await drive.end(good), await drive.end(bad)];
  const runner = await host.restart();
  assert.deepEqual([await runner.look(good, signal), await runner.look(bad, signal)], before);
  await host.close();
});

test("of a finished run only its result is kept", async () => {
  const host = await processFixture();
  const drive = new RunnerDriver(host);
  const run = await drive.run("echo x > x; echo y > ~/y; echo z > $TMPDIR/z");
  await drive.end(run);
  await drive.until(run, () => readdirSync(join(host.directory, run.id)).length <= 3);
  assert.deepEqual(readdirSync(join(host.directory, run.id)).sort(), ["kept", "leader.json", "result.json"]);
  await host.close();
});

test("what a dead runner left is ended, and what is old is removed", async () => {
  const host = await processFixture();
  const drive = new RunnerDriver(host);
  const [fresh, old] = ["a", "b"].map((digit) => digit.repeat(32)) as [string, string];
  const stray = spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
  const ended = new Promise((resolve) => stray.once("exit", (_, by) => resolve(by)));
  for (const id of [fresh, old]) mkdirSync(join(host.directory, id, "files"), { recursive: true });
  writeFileSync(
    join(host.directory, fresh, "leader.json"),
    JSON.stringify({ pid: stray.pid, began: beganAt(stray.pid!) }),
  );
  // A number that was given to another process since then is left alone.
  writeFileSync(join(host.directory, old, "leader.json"), JSON.stringify({ pid: process.pid, began: "1" }));
  const yesterday = Date.now() / 1_000 - 90_000;
  utimesSync(join(host.directory, old), yesterday, yesterday);
  mkdirSync(join(host.directory, "gone-half", "deep"), { recursive: true });
  const runner = await host.restart();
  const run = { ...(await drive.run("true")), id: fresh };
  assert.equal((await runner.look(run, signal)).is, "lost");
  assert.equal(await ended, "SIGKILL");
  assert.deepEqual(
    readdirSync(host.directory).filter((name) => name !== fresh),
    [],
  );
  assert.deepEqual(readdirSync(join(host.directory, fresh)), ["leader.json"]);
  await host.close();
});

test("a result that cannot be read is a lost one", async () => {
  const host = await processFixture();
  const drive = new RunnerDriver(host);
  const run = await drive.run("true");
  await drive.end(run);
  const runner = await host.restart();
  writeFileSync(join(host.directory, run.id, "result.json"), "{");
  assert.equal((await runner.look(run, signal)).is, "lost");
  await host.close();
});

test("files that cannot be had make a run lost, and it can be tried again", async () => {
  const host = await processFixture();
  const drive = new RunnerDriver(host);
  const run = await drive.run("cat a.txt", { "a.txt": "x" });
  const broken = { ...run, commit: "cut" };
  const state = await drive.end(broken);
  assert.equal(state.is, "lost", JSON.stringify(state));
  await host.runner.discard(broken, signal);
  assert.equal((await drive.end(run)).is, "succeeded");
  await host.close();
});

test("no more run at once than there are places, and the rest say that they wait", async () => {
  const host = await processFixture({ limits: { places: 1 } });
  const drive = new RunnerDriver(host);
  const first = await drive.run("sleep 1000");
  const second = await drive.run("true");
  await drive.until(first, (state) => state.is === "pending" && state.startedAt !== undefined);
  const state = await host.runner.look(second, signal);
  assert.deepEqual(state, { is: "pending", message: "waits for a place: 1 of 1 are taken", startedAt: undefined });
  await host.runner.discard(first, signal);
  assert.equal((await drive.end(second)).is, "succeeded");
  await host.close();
});

test("an id that is none never becomes a path", async () => {
  const host = await processFixture();
  const run = await new RunnerDriver(host).run("true");
  for (const id of ["../../etc", "", "A".repeat(32)]) {
    await assert.rejects(host.runner.look({ ...run, id }, signal), TypeError);
    await assert.rejects(host.runner.discard({ ...run, id }, signal), TypeError);
  }
  await host.close();
});

test("without namespaces a command that asks for no network is refused with the ways out, and others run", async () => {
  const tools = mkdtempSync(join(tmpdir(), "millrace-tools-"));
  const { sh, env } = findTools(systemPath);
  symlinkSync(sh!, join(tools, "sh"));
  symlinkSync(env!, join(tools, "env"));
  const host = await processFixture({ path: tools });
  const drive = new RunnerDriver(host);
  const refused = await drive.failure({ command: ["sh"], network: "None" }, "IsolationUnavailable");
  assert.match(refused.message, /there is no unshare.*network: Open.*Jobs/);
  const script = "echo $0 > x; (while :; do /bin/sleep 0.1; done) & echo $! > /dev/null";
  const state = await drive.outcome({ command: ["sh", "-c", script], network: "Open" });
  assert.ok(state.is === "succeeded", JSON.stringify(state));
  assert.match(state.isolation, /sees the machine's files and processes, open network/);
  await host.close();
  rmSync(tools, { recursive: true });
});

test("a daemon that left its group is found by its environment where there are no namespaces", async (t) => {
  const tools = mkdtempSync(join(tmpdir(), "millrace-tools-"));
  const { sh, env } = findTools(systemPath);
  symlinkSync(sh!, join(tools, "sh"));
  symlinkSync(env!, join(tools, "env"));
  const host = await processFixture({ path: tools });
  const drive = new RunnerDriver(host);
  if (beganAt(process.pid) === undefined) return t.skip("there is no /proc");
  const script =
    "/usr/bin/setsid sh -c 'echo $$ > pid; exec /bin/sleep 1000' & while [ ! -s pid ]; do /bin/sleep 0.02; done";
  const state = await drive.outcome({ command: ["sh", "-c", script], network: "Open" });
  assert.ok(state.is === "succeeded", JSON.stringify(state));
  const pid = Number(Buffer.from(state.files[0]!.content!).toString());
  await wait(50);
  assert.equal(await ends(pid), true);
  await host.close();
  rmSync(tools, { recursive: true });
});

/** Whether a process is over soon; as a zombie it is. */
async function ends(pid: number): Promise<boolean> {
  const { readFile } = await import("node:fs/promises");
  for (let tries = 0; tries < 50; tries++) {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
    if (stat === undefined || /\) [ZX] /.test(stat)) return true;
    await wait(20);
  }
  return false;
}
