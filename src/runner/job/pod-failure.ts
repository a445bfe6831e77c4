import type { ContainerStatus, PodObject } from "../../reconcilers/job-port.ts";
import { LogTail } from "../process/log-tail.ts";
import { containers } from "./name.ts";
import { startedAtOf, statusOf } from "./pod-status.ts";
import { failed, lost, type Observed, type Standing, tooLong } from "./standing.ts";
import { readVerdict } from "./verdict.ts";

/** The kubelet stopped it, for what it took of the disk or for the sake of others on its node. */
export const isEvicted = ({ status }: PodObject): boolean => status?.reason === "Evicted";

/** The kubelet's words about a limit of the pod's own. Others of its evictions are for the node's sake. */
const ownLimit = /exceeds the (total )?limit|exceeded its local ephemeral storage limit/i;

/** What a pod shows against its run; undefined where it shows nothing. */
export function podFailureOf(pod: PodObject, { timeMs }: Pick<Observed, "timeMs">): Standing | undefined {
  const { phase, reason, message = "" } = pod.status ?? {};
  if (isEvicted(pod) && ownLimit.test(message))
    return failed("OutputTooLarge", `it took too much of the disk: ${message.trim()}`);
  const command = statusOf(pod, containers.command);
  if (reason === "DeadlineExceeded") return outOfTime(command, timeMs);
  // Whatever else ended the pod as a whole did so to the containers as well, so their codes tell nothing.
  if (phase === "Failed" && reason) return lost(`its pod was stopped: ${reason} ${message}`.trim());
  return (
    ourFailure("fetch", statusOf(pod, containers.fetch)) ??
    (command && commandFailure(command)) ??
    ourFailure("deliver", statusOf(pod, containers.deliver)) ??
    (phase === "Failed" ? lost("its pod failed, and no container says why") : undefined)
  );
}

function outOfTime(command: ContainerStatus | undefined, timeMs: number): Standing {
  const ended = command?.state?.terminated;
  if (ended?.exitCode === 0) return lost("its result was not delivered in time");
  if (startedAtOf(command)) return tooLong(timeMs, tailOf(ended?.message ?? ""));
  return lost("its command had not begun when the pod was out of time");
}

/** Fetch and deliver say in their last words what is to become of the run. */
function ourFailure(what: string, container: ContainerStatus | undefined): Standing | undefined {
  const ended = container?.state?.terminated;
  if (!ended || (ended.exitCode === 0 && ended.reason !== "OOMKilled")) return undefined;
  if (ended.reason === "OOMKilled") return lost(`${what} was out of memory`);
  const { reason, message } = readVerdict(ended.message ?? "");
  if (reason !== "Lost") return failed(reason, message);
  return lost(message || `${what} ended with code ${ended.exitCode}`);
}

/** Reasons for which a container was never begun: the runtime says in the message which program or directory it misses. */
const notStarted: ReadonlySet<string> = new Set(["StartError", "ContainerCannotRun", "ContainerStatusUnknown"]);

function commandFailure({ state }: ContainerStatus): Standing | undefined {
  const ended = state?.terminated;
  if (!ended) return undefined;
  const { exitCode, reason = "", message = "", signal } = ended;
  const log = tailOf(message);
  // Also where the command itself ended well: one of its processes was killed, and nobody knows what it was about to do.
  if (reason === "OOMKilled")
    return failed("OutOfMemory", "its processes needed more memory than they may have together", log);
  if (exitCode === 0) return undefined;
  if (reason === "ContainerStatusUnknown") return lost("its node lost track of it");
  if (notStarted.has(reason)) return failed("CommandFailed", `it could not be started: ${log || reason}`);
  if (signal) return failed("CommandFailed", `it was ended by signal ${signal}`, log);
  return failed("CommandFailed", `it ended with code ${exitCode}`, log);
}

/** What the kubelet kept of a log, without what steers a terminal. */
function tailOf(text: string): string {
  const tail = new LogTail();
  tail.add(Buffer.from(text));
  return tail.text();
}
