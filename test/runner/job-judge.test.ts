import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerStatus, JobObject, PodObject } from "../../src/reconcilers/job-port.ts";
import { standingOf } from "../../src/runner/job/judge.ts";
import type { Observed } from "../../src/runner/job/standing.ts";
import { writeVerdict } from "../../src/runner/job/verdict.ts";
import { podOf } from "./job-fixture.ts";

const began = new Date("2026-03-01T10:00:00Z");
const after = (seconds: number): Date => new Date(began.getTime() + seconds * 1_000);
const time = (seconds: number): string => after(seconds).toISOString();

type State = ContainerStatus["state"];
const waiting = (reason: string, message = ""): State => ({ waiting: { reason, message } });
const running = (since: number): State => ({ running: { startedAt: time(since) } });
const ended = (exitCode: number, more: object = {}): State => ({
  terminated: { exitCode, startedAt: time(2), finishedAt: time(3), ...more },
});
const fetched = { fetch: ended(0) };
const unscheduled = (message: string): PodObject["status"] => ({
  conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
});
const pod = (containers: Parameters<typeof podOf>[0], status?: PodObject["status"], metadata?: object) =>
  podOf(containers, { at: began, ...(status && { status }), ...(metadata && { metadata }) });
const leaving = { deletionTimestamp: time(4) };

const job = (changes: { spec?: object; metadata?: object; conditions?: readonly object[] } = {}): JobObject =>
  ({
    metadata: {
      name: "millrace-run-1",
      namespace: "fleet",
      uid: "j",
      resourceVersion: "1",
      creationTimestamp: time(0),
      ...changes.metadata,
    },
    spec: { suspend: false, ...changes.spec },
    status: { startTime: time(0), conditions: changes.conditions ?? [] },
  }) as JobObject;
const finished = (type: string, reason: string) =>
  job({ conditions: [{ type, reason, status: "True", message: "its words" }] });

const failedAs = (reason: string, message: string) => ({
  "millrace.dev/failure": JSON.stringify({ reason, message, log: "its log" }),
});

const observed: Observed = { job: job(), pods: [], delivered: undefined, timeMs: 120_000, now: after(5) };

for (const [about, change, want] of [
  ["a Job that waits for its tickets", { job: job({ spec: { suspend: true } }) }, "prepared"],
  ["a Job without a pod", {}, /^pending waits for its pod/],
  [
    "a Job that gets no pod for too long",
    { now: after(121) },
    /^failed RunUnschedulable .*kubectl -n fleet describe job millrace-run-1/,
  ],
  [
    "a pod that no node has room for",
    { pods: [pod({}, unscheduled("0/3 nodes"))] },
    /^pending waits for a node: 0\/3 nodes/,
  ],
  [
    "the same, for too long",
    { pods: [pod({}, unscheduled("0/3 nodes"))], now: after(121) },
    /^failed RunUnschedulable no node took it within 120 s: 0\/3 nodes/,
  ],
  [
    "a short run waits half a minute all the same",
    { pods: [pod({}, unscheduled("x"))], timeMs: 1_000, now: after(29) },
    /^pending/,
  ],
  [
    "a long run waits ten minutes and no longer",
    { pods: [pod({}, unscheduled("x"))], timeMs: 7_200_000, now: after(601) },
    /^failed RunUnschedulable/,
  ],
  [
    "a pod that is being set up",
    { pods: [pod({ fetch: waiting("PodInitializing") })] },
    /^pending its pod is being made ready/,
  ],
  [
    "a pod whose volumes never come",
    { pods: [pod({ fetch: waiting("ContainerCreating") })], now: after(121) },
    /^failed RunUnschedulable/,
  ],
  [
    "fetching",
    { pods: [pod({ fetch: running(1), command: waiting("PodInitializing") })], now: after(300) },
    /^pending its files are being fetched/,
  ],
  [
    "an image that does not come at first",
    { pods: [pod({ ...fetched, command: waiting("ErrImagePull", "no route") })] },
    /^pending waits for its image: ErrImagePull: no route/,
  ],
  [
    "an image that does not come at all",
    { pods: [pod({ ...fetched, command: waiting("ImagePullBackOff", "no route") })], now: after(124) },
    /^failed ImageUnavailable registry.example\/tool@.*no route/,
  ],
  [
    "an image that has no name",
    { pods: [pod({ ...fetched, command: waiting("InvalidImageName", "bad") })] },
    /^failed ImageUnavailable/,
  ],
  [
    "a container that the runtime refuses",
    { pods: [pod({ fetch: waiting("CreateContainerConfigError", "no secret") })] },
    /^pending fetch waits: CreateContainerConfigError: no secret/,
  ],
  [
    "a container that the runtime refuses for too long",
    { pods: [pod({ fetch: waiting("CreateContainerConfigError", "no secret") })], now: after(121) },
    /^failed RunUnschedulable fetch could not begin/,
  ],
  ["a command that runs", { pods: [pod({ ...fetched, command: running(4) })] }, /^pending its command runs/],
  [
    "a command at its limit",
    { pods: [pod({ ...fetched, command: running(4) })], now: after(124) },
    /^pending its command runs/,
  ],
  [
    "a command beyond its limit",
    { pods: [pod({ ...fetched, command: running(4) })], now: after(125) },
    /^failed TimedOut .*120 s/,
  ],
  [
    "a Job that was stopped for that",
    { job: job({ metadata: { annotations: failedAs("TimedOut", "120 s") } }), delivered: after(9) },
    /^failed TimedOut .*120 s/,
  ],
  [
    "a command that fails",
    { pods: [pod({ ...fetched, command: ended(3, { message: "\u001b[31moh no\u001b[0m\n" }) })] },
    /^failed CommandFailed it ended with code 3 \| oh no$/,
  ],
  [
    "a command that is not there",
    { pods: [pod({ ...fetched, command: ended(128, { reason: "StartError", message: "exec: no such file" }) })] },
    /^failed CommandFailed it could not be started: exec: no such file/,
  ],
  [
    "a command that is killed for its memory",
    { pods: [pod({ ...fetched, command: ended(137, { reason: "OOMKilled" }) })] },
    /^failed OutOfMemory/,
  ],
  [
    "a command that survives what killed its child",
    { pods: [pod({ ...fetched, command: ended(0, { reason: "OOMKilled" }) })], delivered: after(4) },
    /^failed OutOfMemory/,
  ],
  [
    "delivering",
    { pods: [pod({ ...fetched, command: ended(0), deliver: running(4) })] },
    /^pending its result is being delivered/,
  ],
  [
    "delivered",
    { pods: [pod({ ...fetched, command: ended(0), deliver: running(4) })], delivered: after(4) },
    `delivered ${time(2)} ${time(3)}`,
  ],
  [
    "delivered, and the pod is gone",
    { delivered: after(4), job: finished("Complete", "Completed") },
    `delivered ${time(0)} ${time(4)}`,
  ],
  [
    "delivered to somebody who is gone",
    { pods: [pod({ ...fetched, command: ended(0), deliver: ended(0) })] },
    /^lost its result went to a replica/,
  ],
  ["the same, seen by the Job", { job: finished("Complete", "Completed") }, /^lost its result went to a replica/],
  [
    "too large a result",
    {
      pods: [
        pod({
          ...fetched,
          command: ended(0),
          deliver: ended(1, { message: writeVerdict({ reason: "OutputTooLarge", message: "much" }) }),
        }),
      ],
    },
    /^failed OutputTooLarge much/,
  ],
  [
    "a result that cannot be delivered",
    {
      pods: [
        pod({
          ...fetched,
          command: ended(0),
          deliver: ended(1, { message: writeVerdict({ reason: "Lost", message: "no way" }) }),
        }),
      ],
    },
    /^lost no way/,
  ],
  [
    "a deliverer that crashes",
    { pods: [pod({ ...fetched, command: ended(0), deliver: ended(134, { message: "Aborted" }) })] },
    /^lost Aborted/,
  ],
  [
    "files that cannot be fetched",
    { pods: [pod({ fetch: ended(1, { message: writeVerdict({ reason: "Lost", message: "410" }) }) })] },
    /^lost 410/,
  ],
  [
    "a fetcher without memory",
    { pods: [pod({ fetch: ended(137, { reason: "OOMKilled" }) })] },
    /^lost fetch was out of memory/,
  ],
  [
    "a pod that somebody deletes",
    { pods: [pod({ ...fetched, command: ended(143) }, undefined, leaving)] },
    /^pending its pod is being stopped/,
  ],
  [
    "a pod that somebody deleted",
    {
      job: finished("Failed", "BackoffLimitExceeded"),
      pods: [pod({ ...fetched, command: ended(143) }, undefined, leaving)],
    },
    /^lost its pod was deleted/,
  ],
  ["a pod that is gone", { job: finished("Failed", "BackoffLimitExceeded") }, /^lost its pod was deleted/],
  [
    "a pod whose node needed room",
    {
      pods: [
        pod(
          { ...fetched, command: ended(137) },
          { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
        ),
      ],
    },
    /^lost its pod was stopped: Evicted/,
  ],
  [
    "a pod that took too much of the disk",
    {
      pods: [
        pod(
          { ...fetched, command: ended(137) },
          { phase: "Failed", reason: "Evicted", message: 'Usage of EmptyDir volume "tmp" exceeds the limit "1Gi". ' },
          leaving,
        ),
      ],
    },
    /^failed OutputTooLarge .*EmptyDir volume "tmp"/,
  ],
  [
    "a pod that the kubelet stopped in time",
    { pods: [pod({ ...fetched, command: ended(137) }, { phase: "Failed", reason: "DeadlineExceeded" })] },
    /^failed TimedOut/,
  ],
  [
    "a pod that the kubelet stopped before its command began",
    { pods: [pod({ fetch: ended(137) }, { phase: "Failed", reason: "DeadlineExceeded" })] },
    /^lost its command had not begun/,
  ],
  [
    "a pod whose node went down",
    {
      pods: [
        pod({ ...fetched, command: running(4) }, { phase: "Failed", reason: "Terminated", message: "node shutdown" }),
      ],
    },
    /^lost its pod was stopped: Terminated node shutdown/,
  ],
  [
    "a Job out of time that nobody looked at",
    { job: finished("Failed", "DeadlineExceeded") },
    /^lost its Job was out of time/,
  ],
  [
    "a Job out of time whose command ran",
    {
      job: finished("FailureTarget", "DeadlineExceeded"),
      pods: [pod({ ...fetched, command: running(4) }, undefined, leaving)],
    },
    /^failed TimedOut/,
  ],
  [
    "a Job that says what its pod does not tell any more",
    { job: job({ metadata: { annotations: failedAs("OutOfMemory", "much") } }) },
    /^failed OutOfMemory much \| its log/,
  ],
  [
    "a Job whose mark somebody wrote over",
    { job: job({ metadata: { annotations: { "millrace.dev/failure": "{" } } }) },
    /^pending waits for its pod/,
  ],
  [
    "a Job that is being deleted",
    { job: job({ metadata: { deletionTimestamp: time(1) } }) },
    /^lost its Job is being deleted/,
  ],
] as const satisfies readonly (readonly [string, Partial<Observed>, string | RegExp])[]) {
  test(`${about} is ${typeof want === "string" ? want.split(" ")[0] : want.source.split(" ").slice(0, 2).join(" ").slice(1)}`, () => {
    const standing = standingOf({ ...observed, ...(change as Partial<Observed>) });
    const told = toldOf(standing);
    if (typeof want === "string") assert.equal(told, want);
    else assert.match(told, want);
  });
}

function toldOf(standing: ReturnType<typeof standingOf>): string {
  switch (standing.is) {
    case "delivered":
      return `delivered ${standing.startedAt.toISOString()} ${standing.finishedAt.toISOString()}`;
    case "failed":
      return `failed ${standing.reason} ${standing.message}${standing.log && ` | ${standing.log}`}`;
    case "pending":
    case "lost":
      return `${standing.is} ${standing.message}`;
    default:
      return standing.is;
  }
}
