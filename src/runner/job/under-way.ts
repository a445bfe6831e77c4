import type { ContainerStatus, PodObject } from "../../reconcilers/job-port.ts";
import { patienceMs } from "./blueprint.ts";
import { containers } from "./name.ts";
import { conditionOf, startedAtOf, statusesOf, statusOf } from "./pod-status.ts";
import { failed, lost, type Observed, pending, type Standing, tooLong } from "./standing.ts";

/** Words of the kubelet for an image that it cannot have. */
const pulls: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);
/** Those that no further try makes better. */
const hopeless: ReadonlySet<string> = new Set(["InvalidImageName", "ErrImageNeverPull"]);

/** The kubelet tries again after 10, 20 and 40 s: an image that is not there by then will not come by itself. */
const pullPatienceMs = 2 * 60_000;

/** A Job whose pod has not been made. The reason stands in events, which nobody lets us read. */
export function withoutPod({ job, timeMs, now }: Observed): Standing {
  const since = job.status?.startTime ?? job.metadata.creationTimestamp;
  if (!isOver(since, patienceMs(timeMs), now)) return pending("waits for its pod");
  const { namespace, name } = job.metadata;
  const see = `kubectl -n ${namespace} describe job ${name}`;
  return failed(
    "RunUnschedulable",
    `no pod could be made for it; a quota or a policy of the namespace may be why: ${see}`,
  );
}

/** A pod that lives and that shows nothing against the run. */
export function underWay(pod: PodObject, { timeMs, now }: Observed): Standing {
  const command = statusOf(pod, containers.command);
  const startedAt = startedAtOf(command);
  if (startedAt && command?.state?.running) {
    return now.getTime() - startedAt.getTime() > timeMs ? tooLong(timeMs) : pending("its command runs", startedAt);
  }
  if (startedAt) return afterwards(pod, { timeMs, now }, startedAt);
  return waitingOf(pod, { timeMs, now }) ?? pending("its files are being fetched");
}

function afterwards(pod: PodObject, time: Time, startedAt: Date): Standing {
  const ended = statusOf(pod, containers.deliver)?.state?.terminated;
  if (ended) return lost("its result went to a replica that is gone");
  return waitingOf(pod, time) ?? pending("its result is being delivered", startedAt);
}

type Time = Pick<Observed, "timeMs" | "now">;

/** What a pod waits for before its next container; undefined where one runs. */
function waitingOf(pod: PodObject, { timeMs, now }: Time): Standing | undefined {
  const scheduled = conditionOf(pod, "PodScheduled");
  const since = lastStepOf(pod);
  if (scheduled?.status !== "True") {
    const message = scheduled?.message ?? "the scheduler has not looked at it yet";
    if (!isOver(since, patienceMs(timeMs), now)) return pending(`waits for a node: ${message}`);
    return failed("RunUnschedulable", `no node took it within ${patienceMs(timeMs) / 1_000} s: ${message}`);
  }
  const statuses = statusesOf(pod);
  if (statuses.some(({ state }) => state?.running)) return undefined;
  const stuck = statuses.find(({ state }) => isTelling(state?.waiting?.reason));
  if (stuck) return stuckAt(stuck, since, { timeMs, now });
  if (!isOver(since, patienceMs(timeMs), now)) return pending("its pod is being made ready");
  return failed(
    "RunUnschedulable",
    `its pod did not go on for ${patienceMs(timeMs) / 1_000} s, and no container says why`,
  );
}

/** When the pod last came a step further: made, given to a node, or done with a container. */
function lastStepOf(pod: PodObject): string {
  const ends = statusesOf(pod).map(({ state }) => state?.terminated?.finishedAt);
  const steps = [pod.metadata.creationTimestamp, conditionOf(pod, "PodScheduled")?.lastTransitionTime, ...ends];
  return steps.reduce<string>((last, each) => (each && each > last ? each : last), "");
}

/** These two are what every container says before it runs. */
const isTelling = (reason: string | undefined): boolean =>
  reason !== undefined && reason !== "PodInitializing" && reason !== "ContainerCreating";

function stuckAt({ state, image, name }: ContainerStatus, since: string, { timeMs, now }: Time): Standing {
  const { reason = "", message = "" } = state?.waiting ?? {};
  if (hopeless.has(reason)) return failed("ImageUnavailable", `${image}: ${reason}: ${message}`);
  if (pulls.has(reason)) {
    if (!isOver(since, Math.min(patienceMs(timeMs), pullPatienceMs), now))
      return pending(`waits for its image: ${reason}: ${message}`);
    return failed("ImageUnavailable", `${image}: ${message || reason}`);
  }
  if (!isOver(since, patienceMs(timeMs), now)) return pending(`${name} waits: ${reason}: ${message}`);
  return failed("RunUnschedulable", `${name} could not begin: ${reason}: ${message}`);
}

const isOver = (since: string, ms: number, now: Date): boolean => now.getTime() - new Date(since).getTime() > ms;
