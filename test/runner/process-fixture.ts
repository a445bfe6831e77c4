import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../src/reconcilers/ports.ts";
import type { Run, Runner } from "../../src/reconcilers/runner-port.ts";
import type { ProcessLimits } from "../../src/runner/process/limit.ts";
import { createProcessRunner } from "../../src/runner/process/runner.ts";
import type { RunnerFixture } from "../contract/runner.contract.ts";
import { systemClock } from "../support/system-clock.ts";
import { type GivenFiles, tarOf } from "./tar-writer.ts";

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** Where the programs of every Linux are; those of whoever runs the tests may be hidden from commands. */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface ProcessFixture extends RunnerFixture {
  readonly directory: string;
  restart(): Promise<Runner>;
}

/** Why commands cannot be kept off the network here; undefined where they can. */
export async function missing(): Promise<string | undefined> {
  const fixture = await processFixture();
  try {
    return fixture.closed === true ? undefined : fixture.closed;
  } finally {
    await fixture.close();
  }
}

/** Runs of processes in a directory of their own, on commits from memory. */
export async function processFixture(
  options: { readonly limits?: Partial<ProcessLimits>; readonly path?: string } = {},
): Promise<ProcessFixture> {
  const directory = mkdtempSync(join(tmpdir(), "millrace-runs-"));
  const secret = `secret-${directory.slice(-6)}`;
  process.env["MILLRACE_TEST_SECRET"] = secret;
  const commits = new Map<string, GivenFiles>();
  const make = () =>
    createProcessRunner({
      directory,
      path: options.path ?? systemPath,
      clock: systemClock,
      log: silent,
      limits: { places: 4, ...options.limits },
      tar: (_, commit) => (commit === "cut" ? cutOff() : tarOf(commits.get(commit) ?? {})),
    });
  let runner = make();
  const server = createServer((socket) => socket.on("error", () => undefined).end("hello\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const fixture: ProcessFixture = {
    get runner() {
      return runner;
    },
    directory,
    patienceMs: 20_000,
    secret,
    reach: ["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`],
    closed: true,
    commit: (files) => {
      const commit = `${commits.size}`.padStart(40, "0");
      commits.set(commit, files);
      return { remote: { id: "mill", url: "", credential: async () => undefined }, commit };
    },
    restart: async () => {
      await runner.close();
      runner = make();
      return runner;
    },
    lose: () => fixture.restart(),
    traces: async (run) => [
      ...readdirSync(directory)
        .map((name) => `directory ${name}`)
        .filter((each) => each.includes(run.id)),
      ...(await processesOf(run)),
    ],
    close: async () => {
      await runner.close();
      server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return {
    ...fixture,
    closed: await closedHere(fixture),
    get runner() {
      return runner;
    },
  };
}

/** What comes of a git that is killed. */
async function* cutOff(): AsyncIterable<Uint8Array> {
  yield Buffer.alloc(100);
}

/** Processes whose arguments name the run's folder: its leaders, on this machine. */
export async function processesOf({ id }: Pick<Run, "id">): Promise<readonly string[]> {
  const listed = await new Promise<string>((resolve, reject) =>
    execFile("ps", ["-eo", "pid=,args="], { maxBuffer: 16 * 1024 * 1024 }, (error, text) =>
      error ? reject(error) : resolve(text),
    ),
  );
  return listed.split("\n").filter((line) => line.includes(id));
}

async function closedHere(fixture: RunnerFixture): Promise<true | string> {
  const { signal } = new AbortController();
  const { RunnerDriver } = await import("../contract/runner.contract.ts");
  const drive = new RunnerDriver(fixture);
  const run = await drive.run({ command: ["true"], network: "None" });
  const state = await drive.end(run);
  await fixture.runner.discard(run, signal);
  return state.is === "failed" && state.reason === "IsolationUnavailable" ? state.message : true;
}
