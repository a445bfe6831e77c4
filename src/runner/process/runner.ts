import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Remote } from "../../reconcilers/git-port.ts";
import type { Clock, Log } from "../../reconcilers/ports.ts";
import type { Run, Runner, RunState } from "../../reconcilers/runner-port.ts";
import { type Confinement, refusal } from "./confinement.ts";
import { execute } from "./execute.ts";
import { Job } from "./job.ts";
import { removeScratch, tidy } from "./leftover.ts";
import { defaultLimits, type ProcessLimits } from "./limit.ts";
import { Places } from "./places.ts";
import { probe } from "./probe.ts";
import { removeTree } from "./remove.ts";
import { type Result, readResult, writeResult } from "./result.ts";
import { folderOf, isRunId } from "./run-folder.ts";
import { findTools, type Tools } from "./tool.ts";

export interface ProcessRunnerOptions {
  /** Where runs live; no other runner may have it at the same time. Results are found there again after a restart. */
  readonly directory: string;
  /** Search path of commands, and of the tools that keep them apart. */
  readonly path: string;
  /** Directories that no command ever sees, besides `directory`: where this process has its state and its secrets. */
  readonly hidden?: readonly string[];
  /** All files of a commit: `Git.tar`. */
  readonly tar: (remote: Remote, commit: string, signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<ProcessLimits>;
}

/** Runs commands as processes of this machine. `close` ends them all; what was under way is `lost`. */
export function createProcessRunner(options: ProcessRunnerOptions): Runner & { close(): Promise<void> } {
  const runner = new ProcessRunner(options);
  return {
    look: (run, signal) => runner.look(run, signal),
    discard: (run, signal) => runner.discard(run.id, signal),
    close: () => runner.close(),
  };
}

/** What is found out once. */
interface Site {
  readonly confinement: Confinement;
  readonly tools: Tools;
}

class ProcessRunner {
  readonly #options: ProcessRunnerOptions;
  readonly #limits: ProcessLimits;
  readonly #hidden: readonly string[];
  readonly #jobs = new Map<string, Job>();
  readonly #places: Places;
  #site: Promise<Site> | undefined;
  #closed = false;

  constructor(options: ProcessRunnerOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#hidden = [options.directory, ...(options.hidden ?? [])];
    this.#places = new Places(this.#limits.places);
  }

  async look(run: Run, signal: AbortSignal): Promise<RunState> {
    const folder = this.#folder(run.id);
    const site = await this.#ready(signal);
    const job = this.#jobs.get(run.id);
    const state = job?.state();
    if (state) return state;
    const result = await readResult(folder);
    if (result) return result;
    if (existsSync(folder.root) && !this.#jobs.has(run.id))
      return { is: "lost", message: "the runner was stopped before it was over" };
    // From here to the end nothing else comes between: it is started once.
    const started = this.#jobs.get(run.id) ?? this.#start(run, site);
    return started.state() ?? { is: "pending", message: "is being written down", startedAt: undefined };
  }

  async discard(id: string, signal: AbortSignal): Promise<void> {
    const folder = this.#folder(id);
    await this.#ready(signal);
    await this.#jobs.get(id)?.end("it was discarded");
    this.#jobs.delete(id);
    if (!existsSync(folder.root)) return;
    // Gone at once for everybody who looks, even if we are stopped in the middle.
    const gone = join(this.#options.directory, `gone-${randomUUID()}`);
    await rename(folder.root, gone);
    await removeTree(gone);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#jobs.values()].map((job) => job.end("the runner was stopped before it was over")));
  }

  #folder(id: string): ReturnType<typeof folderOf> {
    if (!isRunId(id)) throw new TypeError(`${JSON.stringify(id)} is no id of a run: 32 hexadecimal digits`);
    return folderOf(this.#options.directory, id);
  }

  /** Tidies up, and finds out what can be had here. What fails is tried again at the next call. */
  async #ready(signal: AbortSignal): Promise<Site> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error("the runner is closed");
    this.#site ??= this.#open();
    try {
      return await this.#site;
    } catch (error) {
      this.#site = undefined;
      throw error;
    }
  }

  async #open(): Promise<Site> {
    const { directory, path, clock, log } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o711 });
    await tidy(directory, clock.now());
    const tools = findTools(path);
    const confinement = await probe({ directory, path, hidden: this.#hidden, tools, uid: process.getuid?.() });
    if (confinement.by === "Nothing") log.warn({ why: confinement.why }, "commands without network cannot run here");
    else log.info({ by: confinement.by }, "commands run in namespaces of their own");
    return { confinement, tools };
  }

  #start(run: Run, site: Site): Job {
    const { network } = run.wish;
    const job = new Job(this.#places.message(), async (own, signal) => {
      if (network === "None" && site.confinement.by === "Nothing")
        await this.#refuse(run, refusal(site.confinement.why));
      else await this.#run(run, { ...site, job: own, signal });
    });
    this.#jobs.set(run.id, job);
    return job;
  }

  async #refuse({ id }: Run, message: string): Promise<void> {
    const folder = this.#folder(id);
    await mkdir(folder.root, { mode: 0o700 });
    await writeResult({ is: "failed", reason: "IsolationUnavailable", message, log: "" }, folder);
  }

  async #run(run: Run, { job, signal, ...site }: Site & { job: Job; signal: AbortSignal }): Promise<void> {
    const { tar, clock, path } = this.#options;
    const folder = this.#folder(run.id);
    const place = await this.#places.take(signal);
    try {
      job.say("gets the files of the commit");
      await mkdir(folder.root, { mode: 0o700 });
      const result: Result = await execute({
        ...{ ...site, run, folder, place, path, clock, signal, hidden: this.#hidden, limits: this.#limits },
        files: tar(run.remote, run.commit, signal),
        onStart: (at) => job.say(`runs since ${at.toISOString()}, for ${run.wish.limits.time} at most`, at),
      });
      await writeResult(result, folder);
      job.done();
    } finally {
      this.#places.giveBack(place);
      await removeScratch(folder);
    }
  }
}
