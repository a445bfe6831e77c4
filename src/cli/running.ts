import { lookup } from "node:dns/promises";
import { join, resolve } from "node:path";
import type { Client } from "../controller/client.ts";
import { fenced } from "../controller/fence.ts";
import { jobsOf } from "../controller/jobs.ts";
import type { Server } from "../controller/lifecycle.ts";
import type { Git } from "../reconcilers/git-port.ts";
import type { Clock, Log, Marker } from "../reconcilers/ports.ts";
import type { Runner } from "../reconcilers/runner-port.ts";
import type { GatewayWay } from "../runner/job/blueprint.ts";
import { createJobRunner } from "../runner/job/runner.ts";
import { createProcessRunner } from "../runner/process/runner.ts";
import { CommandError, exitCodes } from "./command.ts";
import { fencedRunner } from "./fenced-effects.ts";
import type { RunnerSettings } from "./runner-settings.ts";
import { runsServer } from "./serving.ts";

interface Environment {
  readonly settings: RunnerSettings & { readonly MILLRACE_STATE: string };
  readonly clock: Clock;
  readonly log: Log;
  /** PATH of commands that run as processes. */
  readonly path: string;
}

interface Parts {
  readonly client: Client;
  readonly git: Git;
  readonly marker: Marker;
  /** Whether this process leads. */
  readonly mayWrite: () => boolean;
  readonly fieldManager: string;
}

/** How this process runs commands. */
export interface Running {
  /** Undefined where it runs none. It writes only while it may. */
  readonly runner: Runner | undefined;
  /** To be served along with everything else. */
  readonly servers: readonly Server[];
  /** Ends what is under way on this machine; Jobs go on and are found again. */
  close(): Promise<void>;
}

/** The runner that the settings ask for. Throws a CommandError where they do not suffice. */
export function runnerOf({ settings, clock, log, path }: Environment, parts: Parts): Running {
  const { git, mayWrite } = parts;
  const how = settings.MILLRACE_RUNNER;
  const state = resolve(settings.MILLRACE_STATE);
  if (how === "off") return { runner: undefined, servers: [], close: async () => undefined };
  if (how === "job") return asJobs({ settings, clock, log, path }, parts);
  const directory = join(state, "processes");
  const runner = createProcessRunner({
    directory,
    path,
    hidden: [state],
    tar: (remote, commit, signal) => git.tar(remote, commit, signal),
    clock,
    log,
  });
  return { runner: fencedRunner(runner, mayWrite), servers: [], close: () => runner.close() };
}

function asJobs(
  { settings, clock, log }: Environment,
  { client, git, marker, mayWrite, fieldManager }: Parts,
): Running {
  const { MILLRACE_RUNNER_IMAGE: image, MILLRACE_RUNS_URL: url, MILLRACE_RUNS_PODS: pods } = settings;
  if (!image || !url) {
    throw new CommandError("commands are to run as Jobs, and MILLRACE_RUNNER_IMAGE or MILLRACE_RUNS_URL is missing", {
      code: exitCodes.usage,
      next: "the chart sets both with runner.type=Job",
    });
  }
  const { runner, desk } = createJobRunner({
    jobs: jobsOf(fenced(client, mayWrite), fieldManager),
    git,
    marker,
    image,
    gateway: () => wayTo(url, pods),
    placement: settings.MILLRACE_RUNNER_POD,
    directory: join(resolve(settings.MILLRACE_STATE), "results"),
    clock,
    log,
    leads: mayWrite,
  });
  return {
    runner: fencedRunner(runner, mayWrite),
    servers: [runsServer(settings.MILLRACE_RUNS, desk, log)],
    close: async () => undefined,
  };
}

/** Pods are told the address, so that they need no name server; it is asked for anew for each of them. */
async function wayTo(url: string, pods: GatewayWay["pods"]): Promise<GatewayWay | undefined> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  try {
    const { address } = await lookup(host);
    return { url: url.replace(/\/+$/, ""), address, pods };
  } catch {
    // The name is not there (yet): the run says that it waits for it.
    return undefined;
  }
}
