import type { JobObject, RunDesk } from "../../reconcilers/job-port.ts";
import type { Run, Runner, RunState } from "../../reconcilers/runner-port.ts";
import { durationMs } from "../../schema/object.ts";
import type { Blueprint, GatewayWay, Placement } from "./blueprint.ts";
import { BundleError, filesIn } from "./bundle.ts";
import { createDesk, type DeskParts } from "./desk.ts";
import { failureMark, readFailure } from "./failure.ts";
import { standingOf } from "./judge.ts";
import { isolationOf, jobManifest, policyManifest, secretManifest } from "./manifest.ts";
import { annotation, jobKeyOf, ownsJob } from "./name.ts";
import { resultsIn } from "./results.ts";
import { type Entry, Roster } from "./roster.ts";
import type { Standing } from "./standing.ts";
import { mint, suffix } from "./ticket.ts";

export interface JobRunnerOptions extends Omit<DeskParts, "roster" | "results"> {
  /** Our own image, as pods of this cluster pull it. */
  readonly image: string;
  /** Where pods reach the desk now; undefined where its name leads nowhere. */
  readonly gateway: () => Promise<GatewayWay | undefined>;
  readonly placement: Placement;
  /** Where results are kept until they are used. */
  readonly directory: string;
}

/**
 * Runs commands as Kubernetes Jobs, one for each run. Everything that has to be remembered stands in the cluster but for the
 * results, which are on this replica's disk: where they are gone with it, the run is lost and may be tried again.
 */
export function createJobRunner(options: JobRunnerOptions): { readonly runner: Runner; readonly desk: RunDesk } {
  const roster = new Roster();
  const results = resultsIn(options.directory, options.clock);
  const parts: Parts = { ...options, roster, results };
  const runner: Runner = {
    async look(run, signal) {
      const { image: commandImage } = run.wish;
      if (commandImage === undefined) return withoutImage;
      const entry = roster.enter(run);
      const job = await options.jobs.job(jobKeyOf(run), signal);
      if (!job) return start(entry, commandImage, parts, signal);
      if (!ownsJob(run, job)) {
        await options.jobs.remove(job, signal);
        return pending("waits for the Job of an earlier proposal of this name to go");
      }
      entry.job = job.metadata.uid;
      return proceed(entry, job, parts, signal);
    },

    async discard(run, signal) {
      const job = await options.jobs.job(jobKeyOf(run), signal);
      if (job && ownsJob(run, job)) await options.jobs.remove(job, signal);
      await results.discard(run.id);
      roster.leave(run.id);
    },
  };
  return { runner, desk: createDesk(parts) };
}

type Parts = JobRunnerOptions & DeskParts;

const pending = (message: string): RunState => ({ is: "pending", message, startedAt: undefined });

const withoutGateway = pending("waits for the gateway: the name under which pods are to reach it leads nowhere");

const withoutImage: RunState = {
  is: "failed",
  reason: "ImageUnavailable",
  message: "commands run as Jobs here, so spec.change.run.image has to name an image by digest",
  log: "",
};

/** A Job that was there and is gone is a loss, until the run is discarded. */
async function start(entry: Entry, commandImage: string, parts: Parts, signal: AbortSignal): Promise<RunState> {
  const { run } = entry;
  if (entry.job !== undefined) return { is: "lost", message: "its Job was deleted" };
  const attempt = `${jobKeyOf(run).name}-${suffix()}`;
  const blueprint = await blueprintOf(run, { commandImage, attempt }, parts);
  if (!blueprint) return withoutGateway;
  await parts.jobs.create(jobManifest(blueprint), signal);
  const job = await parts.jobs.job(jobKeyOf(run), signal);
  if (!job || !ownsJob(run, job)) return pending("waits for its Job");
  entry.job = job.metadata.uid;
  parts.log.info({ run: run.id, ...run.owner }, "a command runs as a Job");
  return proceed(entry, job, parts, signal);
}

async function blueprintOf(
  run: Run,
  names: Pick<Blueprint, "commandImage" | "attempt">,
  { image, gateway, placement }: Parts,
): Promise<Blueprint | undefined> {
  const way = await gateway();
  return way && { run, image, placement, gateway: way, timeMs: durationMs(run.wish.limits.time), ...names };
}

async function proceed(entry: Entry, job: JobObject, parts: Parts, signal: AbortSignal): Promise<RunState> {
  const { jobs, results, clock } = parts;
  const { run } = entry;
  const known = readFailure(job);
  if (known) return known;
  const timeMs = durationMs(run.wish.limits.time);
  const pods = job.spec.suspend ? [] : await jobs.pods(job, signal);
  const delivered = await results.receivedAt({ id: run.id, job: job.metadata.uid });
  const standing = standingOf({ job, pods, delivered, timeMs, now: clock.now() });
  switch (standing.is) {
    case "prepared":
      return prepare(run, job, parts, signal);
    case "failed":
      // Where somebody else wrote next to it, the next look writes it.
      await jobs.change(job, failureMark(job, standing, clock.now()), signal);
      return standing;
    case "delivered":
      return resultOf(run, job, standing, parts);
    default:
      return standing;
  }
}

/** Makes what the pod needs, and lets it begin. Safe to repeat: what is there stays. */
async function prepare(run: Run, job: JobObject, parts: Parts, signal: AbortSignal): Promise<RunState> {
  const attempt = job.metadata.annotations?.[annotation.tickets];
  if (!attempt) return { is: "lost", message: `the Job ${job.metadata.name} was made by somebody else` };
  const blueprint = await blueprintOf(run, { commandImage: run.wish.image ?? "", attempt }, parts);
  if (!blueprint) return withoutGateway;
  await parts.jobs.create(policyManifest(job, blueprint), signal);
  await parts.jobs.create(secretManifest(job, blueprint, mint()), signal);
  await parts.jobs.change(job, { spec: { suspend: false } }, signal);
  return pending("waits for its pod");
}

async function resultOf(
  run: Run,
  job: JobObject,
  { startedAt, finishedAt }: Extract<Standing, { is: "delivered" }>,
  { results }: Parts,
): Promise<RunState> {
  const bytes = await results.read({ id: run.id, job: job.metadata.uid });
  if (!bytes) return { is: "lost", message: "its result is gone from this replica's disk" };
  try {
    const files = filesIn(bytes, run.wish.limits);
    return { is: "succeeded", files, isolation: isolationOf({ run }), startedAt, finishedAt };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return {
      is: "failed",
      reason: "ResultInvalid",
      message: `what it delivered is no result: ${error.message}`,
      log: "",
    };
  }
}
