/**
 * The contract of runners, held by Jobs on a real cluster. Wants what run.test.ts wants; this process is the controller, so the
 * pods reach it at the node's address, or at MILLRACE_E2E_ADDRESS.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { jobsOf } from "../../src/controller/jobs.ts";
import { serveRuns } from "../../src/gateway/runs.ts";
import type { Run, Runner } from "../../src/reconcilers/runner-port.ts";
import { createJobRunner } from "../../src/runner/job/runner.ts";
import { type RunnerFixture, testRunner, testRunnerLimits } from "../contract/runner.contract.ts";
import { silent } from "../runner/process-fixture.ts";
import { type GivenFiles, tarOf } from "../runner/tar-writer.ts";
import { clientFor } from "../support/cluster-client.ts";
import { systemClock } from "../support/system-clock.ts";
import { apply, byDigest, eventually, freshNamespace, image, kubectl, ourAddress, skip } from "./real-cluster.ts";

const namespace = "runner";
const inNamespace = ["-n", namespace] as const;

/** The proposal that all runs of these tests belong to: Kubernetes collects what belongs to nobody. */
const proposal = {
  apiVersion: "millrace.dev/v1alpha1",
  kind: "ChangeProposal",
  metadata: { name: "proposal", namespace },
  spec: { repositoryRef: { name: "none" }, title: "None", change: { edits: [{ path: "a", content: "" }] } },
};

async function jobFixture(): Promise<RunnerFixture> {
  const client = await clientFor(process.env["KUBECONFIG"]!);
  const uid = await kubectl("get", "changeproposal", "proposal", ...inNamespace, "-o", "jsonpath={.metadata.uid}");
  const directory = mkdtempSync(join(tmpdir(), "millrace-runner-"));
  const commits = new Map<string, GivenFiles>();
  const address = await ourAddress();
  let port = 0;
  const { runner, desk } = createJobRunner({
    jobs: jobsOf(client, "millrace-test"),
    git: { tar: (_, commit) => tarOf(commits.get(commit) ?? {}) },
    marker: { annotate: async () => undefined },
    image,
    gateway: async () => ({ url: `http://gateway.example:${port}`, address, pods: undefined }),
    placement: {},
    directory,
    clock: systemClock,
    log: silent,
    leads: () => true,
  });
  const listener = await serveRuns({ host: "0.0.0.0", port: 0 }, desk, silent);
  port = listener.port;
  const open = createServer((socket) => socket.on("error", () => undefined).end("hello\n"));
  await new Promise<void>((resolve) => open.listen(0, "0.0.0.0", resolve));
  const secret = `secret-${directory.slice(-6)}`;
  process.env["MILLRACE_TEST_SECRET"] = secret;
  const owned = <R extends Pick<Run, "owner">>(run: R): R => ({
    ...run,
    owner: { namespace, name: "proposal", uid },
  });
  const ours: Runner = {
    look: (run, signal) => runner.look(owned(run), signal),
    discard: (run, signal) => runner.discard(owned(run), signal),
  };
  return {
    runner: ours,
    image: await byDigest(image),
    patienceMs: 120_000,
    secret,
    // Every container is told where the API server is; it has nothing to show there.
    told: /KUBERNETES_\w+=/g,
    reach: ["bash", "-c", `exec 3<>/dev/tcp/${address}/${(open.address() as { port: number }).port}`],
    closed:
      process.env["MILLRACE_E2E_POLICIES"] === "enforced" || "NetworkPolicies are the network plug-in's to enforce",
    commit: (files) => {
      const commit = `${commits.size}`.padStart(40, "0");
      commits.set(commit, files);
      return { remote: { id: "mill", url: "", credential: async () => undefined }, commit };
    },
    async lose({ id }) {
      await kubectl("delete", "pods", ...inNamespace, "-l", `millrace.dev/run=${id}`, "--wait=false");
      return ours;
    },
    async traces({ id }) {
      const left = () =>
        kubectl(
          "get",
          "jobs,pods,secrets,networkpolicies",
          ...inNamespace,
          "-l",
          `millrace.dev/run=${id}`,
          "-o",
          "name",
        );
      const gone = eventually("it is collected", async () => (await left()) === "", { seconds: 60 });
      return gone.then(
        () => [],
        async () => (await left()).split("\n"),
      );
    },
    async close() {
      await listener.close();
      await new Promise((resolve) => open.close(resolve));
      await client.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

describe("Jobs on a real cluster", { skip }, () => {
  let applied = false;
  before(async () => {
    const kind = await kubectl("get", "crd", "changeproposals.millrace.dev", "--ignore-not-found", "-o", "name");
    applied = kind === "";
    if (applied) await kubectl("apply", "--server-side", "-f", "crds");
    await kubectl("wait", "--for=condition=Established", "crd/changeproposals.millrace.dev");
    await freshNamespace(namespace);
    await eventually("proposals are taken", async () => apply(proposal).then(() => true));
  });
  after(async () => {
    await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false").catch(() => undefined);
    // Definitions that were not there before are in the way of a chart that brings its own.
    if (applied) await kubectl("delete", "-f", "crds", "--wait=false").catch(() => undefined);
  });

  testRunner("a Job", jobFixture);
  testRunnerLimits("a Job", jobFixture);
});
