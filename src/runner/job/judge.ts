import type { ObjectCondition, PodObject } from "../../reconcilers/job-port.ts";
import { readFailure } from "./failure.ts";
import { containers, endOf } from "./name.ts";
import { isEvicted, podFailureOf } from "./pod-failure.ts";
import { startedAtOf, statusOf } from "./pod-status.ts";
import { lost, type Observed, pending, type Standing, tooLong } from "./standing.ts";
import { underWay, withoutPod } from "./under-way.ts";

/** What a Job and its pod say. Total: whatever they look like, there is an answer with a reason. */
export function standingOf(observed: Observed): Standing {
  const { job, delivered } = observed;
  const known = readFailure(job);
  if (known) return known;
  const pod = newest(observed.pods);
  // Said first, since a pod that is being stopped tells what the signal did to it and not what the command did.
  const stopping = pod?.metadata.deletionTimestamp !== undefined && !isEvicted(pod);
  const failure = pod && !stopping ? podFailureOf(pod, observed) : undefined;
  if (failure) return failure;
  if (delivered) return { is: "delivered", ...timesOf(observed, pod, delivered) };
  const end = endOf(job);
  if (end) return ended(end, pod, observed.timeMs);
  if (job.metadata.deletionTimestamp) return lost("its Job is being deleted");
  if (job.spec.suspend) return { is: "prepared" };
  if (!pod) return withoutPod(observed);
  if (stopping) return pending("its pod is being stopped");
  return underWay(pod, observed);
}

/** One pod to a Job; where there are two for a moment, the last one counts. */
const newest = (pods: readonly PodObject[]): PodObject | undefined =>
  pods.toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp)).at(-1);

/** A Job that ended although its pod shows nothing against the command, and nothing was delivered. */
function ended({ type, reason, message }: ObjectCondition, pod: PodObject | undefined, timeMs: number): Standing {
  if (type === "Complete" || type === "SuccessCriteriaMet") return lost("its result went to a replica that is gone");
  const began = pod && startedAtOf(statusOf(pod, containers.command)) !== undefined;
  if (reason === "DeadlineExceeded" && began) return tooLong(timeMs);
  if (reason === "DeadlineExceeded") return lost("its Job was out of time, and its pod is gone");
  if (!pod || pod.metadata.deletionTimestamp) return lost("its pod was deleted, or taken from its node");
  return lost(`its Job ended: ${message ?? reason ?? "no reason is given"}`);
}

/** When the command began and ended, as far as the pod tells. */
function timesOf(
  { job }: Observed,
  pod: PodObject | undefined,
  delivered: Date,
): { startedAt: Date; finishedAt: Date } {
  const command = pod && statusOf(pod, containers.command);
  const finishedAt = command?.state?.terminated?.finishedAt;
  return {
    startedAt: startedAtOf(command) ?? new Date(job.status?.startTime ?? job.metadata.creationTimestamp),
    finishedAt: finishedAt ? new Date(finishedAt) : delivered,
  };
}
