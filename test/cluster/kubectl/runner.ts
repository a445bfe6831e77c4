import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { normalise } from "./normalise.ts";
import type { Step } from "./step.ts";

/** What a step printed, without what differs from run to run. */
export interface Transcript {
  readonly name: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  /** The program. */
  readonly kubectl: string;
  readonly kubeconfig: string;
  /** A folder of this server's own, for kubectl's caches. */
  readonly home: string;
}

/** Runs a step, and the steps during it. */
export async function run(place: Place, step: Step): Promise<Transcript[]> {
  const stdin = await withUids(place, step.stdin ?? "");
  const child = start(place, { ...step, stdin });
  const output = collect(child);
  const ended = once(child, "close");
  const transcripts: Transcript[] = [];
  if (step.during) {
    // The first lines are there when the call is connected.
    await printed(child, output, 1);
    for (const each of step.during.steps) transcripts.push(...(await run(place, each)));
    await printed(child, output, step.during.lines);
    child.kill("SIGKILL");
  }
  await ended;
  const code = step.during ? 0 : child.exitCode;
  const shown = { stdout: normalise(output.stdout), stderr: normalise(output.stderr) };
  return [...transcripts, { name: step.name, code, ...shown }];
}

/** `$(configmap/owner)` stands for that object's uid. */
async function withUids({ kubectl, kubeconfig }: Place, text: string): Promise<string> {
  let result = text;
  for (const [word, object] of text.matchAll(/\$\(([a-z]+\/[a-z0-9]+)\)/g)) {
    const args = ["--kubeconfig", kubeconfig, "get", "-n", "lab", object ?? "", "-o", "jsonpath={.metadata.uid}"];
    const { stdout } = await promisify(execFile)(kubectl, args);
    result = result.replace(word, stdout);
  }
  return result;
}

function start({ kubectl, kubeconfig, home }: Place, { args, stdin, editor }: Step): ChildProcess {
  mkdirSync(home, { recursive: true });
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(home, "cache"),
    ...(editor !== undefined && { KUBE_EDITOR: `sed -i -f ${script(home, editor)}` }),
    // Whatever else a machine sets about kubectl must not change what it prints.
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
  };
  const child = spawn(kubectl, [...args], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  // kubectl may end before it has read everything.
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin ?? "");
  return child;
}

/** A sed script in a file, so that no quoting comes between. */
function script(home: string, text: string): string {
  const path = join(home, "edit.sed");
  writeFileSync(path, `${text}\n`);
  return path;
}

interface Output {
  stdout: string;
  stderr: string;
}

function collect(child: ChildProcess): Output {
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  return output;
}

/** Waits until a call has printed so many lines, or ten seconds: then the comparison tells what is missing. */
async function printed(child: ChildProcess, output: Output, lines: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (output.stdout.split("\n").length <= lines && performance.now() < deadline && child.exitCode === null) {
    await wait(50);
  }
}
