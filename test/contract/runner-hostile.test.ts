import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type ProcessFixture, processesOf, processFixture } from "../runner/process-fixture.ts";
import { RunnerDriver } from "./runner.contract.ts";

/*
 * Commands that want to get out, to stay, or to take the machine with them. Each ends in the right state, and `outcome` checks
 * that neither a process nor a directory is left. Where namespaces cannot be had they are not run: nothing would hold them.
 */
describe("a hostile command", { concurrency: 2 }, () => {
  let host: ProcessFixture;
  let drive: RunnerDriver;
  const outside = mkdtempSync(join(tmpdir(), "millrace-outside-"));
  before(async () => {
    host = await processFixture({ limits: { scratchMiB: 64, logMiB: 4, entries: 20_000, processes: 200 } });
    drive = new RunnerDriver(host);
  });
  after(async () => {
    await host.close();
    rmSync(outside, { recursive: true, force: true });
  });
  const unlessOpen = (t: { skip(message: string): void }): boolean => {
    if (host.closed !== true) t.skip(host.closed);
    return host.closed === true;
  };

  test("that forks without end is held by its number of processes, and ends with its time", async (t) => {
    if (!unlessOpen(t)) return;
    const bomb = "f() { f | f & sleep 1; }; f; sleep 100";
    const state = await drive.outcome({ command: ["sh", "-c", bomb], limits: { time: "3s" } });
    assert.ok(state.is === "failed", JSON.stringify(state));
    assert.match(state.reason, /TimedOut|OutOfMemory|CommandFailed/);
    assert.ok(await lives("true"), "the machine can fork");
  });

  test("that leaves a daemon behind leaves none", async (t) => {
    if (!unlessOpen(t)) return;
    const marker = `daemon-of-${host.secret}`;
    const daemon = `setsid sh -c 'trap "" TERM HUP; while :; do sleep 0.1; echo again > late.txt; done' ${marker} >/dev/null 2>&1 &`;
    const changed = await drive.changes(`${daemon} echo done > done.txt`);
    assert.equal(changed[0], "File done.txt: done");
    await wait(300);
    assert.deepEqual(await processesWith(marker), []);
  });

  test("that keeps its pipes open and closes nothing is over when it is over", async (t) => {
    if (!unlessOpen(t)) return;
    assert.deepEqual(await drive.changes("sleep 1000 & sleep 1000 & echo x > x"), ["File x: x"]);
  });

  test("that writes through a link writes nowhere", async (t) => {
    if (!unlessOpen(t)) return;
    const target = join(outside, "victim");
    writeFileSync(target, "whole");
    const script = `ln -s ${outside} door; echo evil > door/victim; echo evil > ${target}; ln ${target} hard; rm -f door; echo tried > tried`;
    assert.deepEqual(await drive.changes(script), ["File tried: tried"]);
    assert.deepEqual(readdirSync(outside), ["victim"]);
  });

  test("that leaves a link outwards hands out the link, and nothing behind it", async () => {
    assert.deepEqual(
      await drive.changes("ln -s /etc/shadow shadow; ln -s ../../.. up; rm README.md; ln -s /etc/hostname README.md"),
      ["Link README.md: /etc/hostname", "Link shadow: /etc/shadow", "Link up: ../../.."],
    );
  });

  test("sees no other process, no secret, no state of ours", async (t) => {
    if (!unlessOpen(t)) return;
    const script = [
      "for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; done > seen 2>/dev/null",
      "ls /proc | grep -c '^[0-9]' > count",
      `cat /etc/shadow ${host.directory}/*/* /var/run/secrets/*/*/* /run/secrets/* >> seen 2>/dev/null`,
      `ls -a /root /run /home /var ${tmpdir()} ${host.directory} > listed 2>/dev/null; kill -9 1 -1 2>/dev/null; :`,
    ].join("\n");
    const state = await drive.outcome({ command: ["sh", "-c", script] });
    // `kill -9 -1` may hit the shell itself; what it saw before is what counts.
    if (state.is !== "succeeded") return assert.equal(state.is === "failed" && state.reason, "CommandFailed");
    const content = (name: string): string =>
      `${Buffer.from(state.files.find(({ path }) => path === name)?.content ?? [])}`;
    assert.ok(!content("seen").includes(host.secret), content("seen"));
    assert.ok(Number(content("count")) < 10, content("count"));
    assert.doesNotMatch(content("listed"), /millrace-/);
  });

  test("reaches no abstract socket of the machine", async (t) => {
    if (!unlessOpen(t)) return;
    const name = `millrace-${host.secret}`;
    const server = createServer().listen(`\0${name}`);
    const client = `require("net").connect("\\0${name}").on("connect", () => process.exit(0)).on("error", () => process.exit(9))`;
    const state = await drive.outcome({ command: ["node", "-e", client] });
    server.close();
    assert.ok(state.is === "failed" && state.reason === "CommandFailed", JSON.stringify(state));
  });

  test("cannot become root, make namespaces that free it, or take a mount away", async (t) => {
    if (!unlessOpen(t)) return;
    const script = [
      "umount /proc && echo umount; umount /usr && echo usr; mount -t tmpfs none /work && echo mount",
      "mount -o remount,rw / && echo remount; touch /usr/x /x /etc/x && echo touch; mknod dev b 1 1 && echo mknod",
      "unshare --user --map-root-user --mount sh -c 'umount -l /usr || mount -o remount,rw,bind /usr' && echo free",
      "chroot / true && echo chroot; echo 1 > /proc/sys/kernel/sysrq && echo sysrq; cat /dev/kmsg /dev/mem /dev/vda && echo dev; :",
    ].join("\n");
    const state = await drive.outcome({ command: ["sh", "-c", `{ ${script}\n} > got 2>/dev/null`] });
    assert.ok(state.is === "succeeded", JSON.stringify(state));
    assert.deepEqual(
      state.files.map(({ content }) => `${Buffer.from(content!)}`),
      [""],
    );
  });

  test("that fills the disk is stopped, and the disk is free again", async () => {
    for (const place of [".", "$HOME", "$TMPDIR"]) {
      const script = `cd ${place}; i=0; while :; do head -c 4000000 /dev/zero > f$i || exit 1; i=$((i+1)); done`;
      await drive.failure(script, "OutputTooLarge");
    }
  });

  test("that writes one huge file is stopped", async () => {
    await drive.failure("head -c 200000000 /dev/zero > huge", "OutputTooLarge");
  });

  test("that makes a hundred thousand files is stopped", async () => {
    const script = "mkdir many; cd many; i=0; while [ $i -lt 100000 ]; do : > $i; i=$((i+1)); done; sleep 1000";
    await drive.failure({ command: ["sh", "-c", script] }, "OutputTooLarge", { patienceMs: 60_000 });
  });

  test("that makes too many directories, which do not count, is stopped as well", async () => {
    const script =
      "i=0; while [ $i -lt 60 ]; do mkdir d$i; (cd d$i && mkdir $(seq 1 500)); i=$((i+1)); done; sleep 1000";
    await drive.failure({ command: ["sh", "-c", script] }, "OutputTooLarge", { patienceMs: 60_000 });
  });

  test("that never stops talking is stopped", async () => {
    const { log } = await drive.failure({ command: ["yes"] }, "OutputTooLarge");
    assert.ok(log.length <= 2048);
  });

  test("that takes its own rights away hands out its files and can be removed", async (t) => {
    if (!unlessOpen(t)) return;
    const script =
      "mkdir -p locked/in; echo x > locked/in/x; chmod 0 locked/in/x locked/in locked; echo y > y; chmod 0 y";
    assert.deepEqual(await drive.changes(script), ["File locked/in/x: x", "File y: y"]);
  });

  test("that digs deeper than a path is long is named, and can be removed", async () => {
    const script =
      "i=0; n=$(printf 'd%0200d' 0); while [ $i -lt 60 ]; do mkdir $n && cd $n; i=$((i+1)); done; echo x > deep";
    const { message } = await drive.failure(script, "ResultInvalid");
    assert.match(message, /too long/);
  });

  test("that makes a repository of its own is named", async () => {
    const { message } = await drive.failure(
      "mkdir -p .git/hooks; printf '#!/bin/sh\\nid' > .git/hooks/post-checkout",
      "ResultInvalid",
    );
    assert.match(message, /"\.git"/);
  });

  test("that does not want to end is ended", async () => {
    const stubborn = "trap '' TERM INT HUP QUIT; setsid sh -c 'trap \"\" TERM; sleep 500' & while :; do sleep 1; done";
    await drive.failure({ command: ["sh", "-c", stubborn], limits: { time: "1s" } }, "TimedOut");
  });

  test("cannot touch what another run works on", async (t) => {
    if (!unlessOpen(t)) return;
    const victim = await drive.run("sleep 2; echo fine > fine");
    await drive.until(victim, (state) => state.is === "pending" && state.startedAt !== undefined);
    await drive.changes(
      `rm -rf ${host.directory}/*; kill -9 $(ls /proc | grep '^[0-9]' | grep -v '^1$' | grep -v "^$$\\$") 2>/dev/null; :`,
    );
    const state = await drive.end(victim);
    assert.equal(state.is, "succeeded", JSON.stringify(state));
    assert.ok(existsSync(host.directory));
    await host.runner.discard(victim, new AbortController().signal);
  });
});

test("a run ends with its runner, even when that is killed", async () => {
  const marker = `orphan-${process.pid}-${Math.random()}`;
  const program = join(import.meta.dirname, "../runner/process-program.ts");
  const script = `trap "" TERM; setsid sleep 1000 & sh -c 'while :; do sleep 0.2; done' ${marker}`;
  const runner = spawn(process.execPath, ["--import", "tsx", program, script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const directory = await new Promise<string>((resolve) =>
    runner.stdout.once("data", (chunk) => resolve(`${chunk}`.trim())),
  );
  await until(async () => (await processesWith(marker)).some((line) => !line.includes("process-program")));
  runner.kill("SIGKILL");
  await until(async () => (await processesWith(marker)).length === 0);
  rmSync(directory, { recursive: true, force: true });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const began = performance.now(); !(await holds()); await wait(50)) {
    assert.ok(performance.now() - began < 15_000, "it did not come to that");
  }
}

async function lives(program: string): Promise<boolean> {
  return new Promise((resolve) => execFile(program, (error) => resolve(error === null)));
}

async function processesWith(text: string): Promise<readonly string[]> {
  return processesOf({ id: text });
}
