import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerStatus, PodObject } from "../../src/reconcilers/job-port.ts";
import type { Run } from "../../src/reconcilers/runner-port.ts";
import { createJobRunner } from "../../src/runner/job/runner.ts";
import { RunChange } from "../../src/schema/change.ts";
import { FakeClock } from "../support/clock.ts";
import { memoryLog } from "../support/fake-controller.ts";
import { FakeJobs } from "./fake-jobs.ts";
import { type GivenFiles, tarOf } from "./tar-writer.ts";

export const image = `registry.example/tool@sha256:${"a".repeat(64)}`;
export const { signal } = new AbortController();

/** A run that asks for `wish`, by a proposal that there is. */
export const runOf = (wish: Partial<RunChange> = {}, id = "0123456789abcdef0123456789abcdef"): Run => ({
  id,
  owner: { namespace: "fleet", name: "bump", uid: "uid-of-bump" },
  wish: RunChange.parse({ command: ["make"], paths: ["**"], image, ...wish }),
  remote: { id: "r", url: "https://forge.example/acme/sdk", credential: async () => undefined },
  commit: "c".repeat(40),
});

/** A runner over Jobs that a test plays, and everything around it. */
export function jobWorld(files: GivenFiles = { "a.txt": "one\n" }) {
  const clock = new FakeClock("2026-03-01T10:00:00Z");
  const jobs = new FakeJobs(clock);
  const folder = mkdtempSync(join(tmpdir(), "millrace-job-"));
  const marked: string[] = [];
  const { log, lines } = memoryLog();
  const world = {
    clock,
    jobs,
    folder,
    marked,
    lines,
    leads: true,
    gateway: { url: "http://runs.example:80", address: "10.0.0.9", pods: undefined } as never as object | undefined,
    close: () => rmSync(folder, { recursive: true, force: true }),
    /** Another process of the same installation: it knows nothing but what the cluster knows. */
    start: (directory = join(folder, "results")) =>
      createJobRunner({
        jobs,
        git: { tar: () => tarOf(files) },
        marker: {
          async annotate(kind, key, annotations) {
            marked.push(`${kind.kind}/${key.name} ${Object.keys(annotations)}`);
          },
        },
        image: "registry.example/millrace:1",
        gateway: async () => world.gateway as never,
        placement: {},
        directory,
        clock,
        log,
        leads: () => world.leads,
      }),
  };
  return world;
}

/** A pod of a run, which was given to a node unless it says otherwise. */
export function podOf(
  containers: Readonly<Record<string, ContainerStatus["state"]>>,
  { at, status = {}, metadata = {} }: { at: Date; status?: PodObject["status"]; metadata?: object },
): PodObject {
  const statuses = Object.entries(containers).map(([name, state]) => ({ name, image, ...(state && { state }) }));
  return {
    metadata: {
      name: "pod",
      uid: "uid-of-pod",
      resourceVersion: "1",
      creationTimestamp: at.toISOString(),
      ...metadata,
    },
    status: {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "True", lastTransitionTime: at.toISOString() }],
      initContainerStatuses: statuses.filter(({ name }) => name !== "deliver"),
      containerStatuses: statuses.filter(({ name }) => name === "deliver"),
      ...status,
    },
  };
}
