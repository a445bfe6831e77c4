import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Client, createClient, type Resource } from "../../../src/controller/client.ts";
import { isNotFound } from "../../../src/controller/errors.ts";
import { loadKubeConfig } from "../../../src/controller/kubeconfig.ts";
import { createTransport } from "../../../src/controller/transport.ts";
import { startControlPlane } from "../../support/control-plane.ts";
import { type Counts, judgeEmbedded, judgeKubernetes, type Plan } from "./contests.ts";
import { definition, repositories, seed } from "./fleet.ts";
import type { Peer } from "./peer.ts";
import { Program, script } from "./program.ts";

/** The embedded server, in a process of its own. */
export async function onEmbedded(plan: Plan): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  const server = new Program("embedded server", script("embedded.ts"), {});
  try {
    const { kubeconfig } = JSON.parse(await server.line()) as { kubeconfig: string };
    const path = join(folder, "kubeconfig");
    writeFileSync(path, kubeconfig, { mode: 0o600 });
    const counts: Counts = async () => {
      server.say("count");
      return JSON.parse(await server.line()) as Record<string, number>;
    };
    await withClient(path, async (client) => {
      const course = { kubeconfig: path, pids: [server.pid], client, count: plan.count };
      await seed(client, plan.count);
      await judgeEmbedded(course, plan, counts);
    });
  } finally {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A real etcd and kube-apiserver, and everybody in turn. */
export async function onKubernetes(plan: Plan, peer: Peer | undefined): Promise<void> {
  const plane = await startControlPlane({ controllers: false });
  const pids = controlPlane();
  // Also when the bench is interrupted.
  process.once("exit", () => {
    for (const pid of controlPlane()) process.kill(pid, "SIGKILL");
  });
  try {
    await withClient(plane.kubeconfig, async (client) => {
      await define(client);
      await seed(client, plan.count);
      const course = { kubeconfig: plane.kubeconfig, pids, client, count: plan.count };
      console.log(`\nReal kube-apiserver; etcd without fsync; ${peer?.version ?? "no peer"}`);
      await judgeKubernetes(course, plan, peer);
    });
  } finally {
    await plane.close();
  }
}

const definitions: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
};

/** Makes the server serve our objects, and waits until it does. */
async function define(client: Client): Promise<void> {
  await client.apply(definitions, definition, { fieldManager: "bench", force: true });
  for (;;) {
    try {
      for await (const _ of client.list(repositories, { limit: 1 })) return;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await wait(100);
    }
  }
}

async function withClient(kubeconfig: string, use: (client: Client) => Promise<void>): Promise<void> {
  const { access } = await loadKubeConfig({ from: "file", path: kubeconfig });
  const transport = createTransport(access, { userAgent: "bench", random: Math.random });
  try {
    await use(createClient(transport));
  } finally {
    await transport.close();
  }
}

/** The API server and etcd among our own children; none where there is no /proc. */
function controlPlane(): number[] {
  const children = `/proc/${process.pid}/task/${process.pid}/children`;
  if (!existsSync(children)) return [];
  const pids = readFileSync(children, "utf8")
    .split(" ")
    .filter((pid) => /\d/.test(pid));
  return pids.filter((pid) => /^(etcd|kube-apiserver)$/m.test(readFileSync(`/proc/${pid}/comm`, "utf8"))).map(Number);
}
