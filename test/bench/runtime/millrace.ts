/** Our runtime, doing what the peers do: it keeps status.head of every Repository at the head that --run asks for. */
import { createClient } from "../../../src/controller/client.ts";
import { Controller } from "../../../src/controller/controller.ts";
import { createInformer } from "../../../src/controller/informer.ts";
import { loadKubeConfig } from "../../../src/controller/kubeconfig.ts";
import { Registry } from "../../../src/controller/metrics.ts";
import { Parser } from "../../../src/controller/parse.ts";
import { Scrubber } from "../../../src/controller/scrub.ts";
import { systemTime } from "../../../src/controller/system-time.ts";
import { createTransport } from "../../../src/controller/transport.ts";
import type { Clock, Log } from "../../../src/reconcilers/ports.ts";
import type { Reconciler } from "../../../src/reconcilers/reconciler.ts";
import { BenchRepository, headOf, messageOf, nameOf, repositories } from "./fleet.ts";
import { type Contestant, judge, type Task, type Witness } from "./subject.ts";

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => console.error(message, fields),
  error: (fields, message) => console.error(message, fields),
  child: () => quiet,
};
const clock: Clock = { now: () => new Date(), sleep: (ms, signal) => systemTime.sleep(ms, signal ?? never) };
const never = new AbortController().signal;

function reconcilerOf(task: Task, witness: Witness): Reconciler<typeof BenchRepository> {
  const beyond = nameOf(task.limit);
  return {
    kind: BenchRepository,
    async reconcile({ metadata: { name }, spec, status }) {
      witness.called(spec.branch);
      const head = name < beyond ? headOf(task.run, name) : (status?.head ?? "");
      const finding = { verdict: "ready", reason: "Succeeded", message: messageOf(head) } as const;
      return { finding, status: { head }, again: { is: "never" } };
    },
  };
}

async function millrace(task: Task, witness: Witness): Promise<Contestant> {
  const { access } = await loadKubeConfig({ from: "default" });
  const transport = createTransport(access, {
    userAgent: "millrace-bench",
    random: Math.random,
    observe: ({ method }, code) => witness.answered(method, code),
  });
  const client = createClient(transport);
  const stop = new AbortController();
  const informer = createInformer(client, repositories, { random: Math.random, log: quiet });
  const controller =
    task.mode === "sync"
      ? undefined
      : new Controller({
          reconciler: reconcilerOf(task, witness) as unknown as Reconciler,
          informerOf: () => informer,
          lookup: { get: () => undefined, list: () => [] },
          client,
          parser: new Parser(),
          scrubber: new Scrubber(),
          events: { record: () => undefined },
          fieldManager: "millrace-bench",
          mayWrite: () => true,
          random: Math.random,
          registry: new Registry(),
          time: systemTime,
          clock,
          log: quiet,
          tempo: { workers: task.workers },
        });
  let running: Promise<void> = Promise.resolve();
  return {
    sync() {
      running = informer.start(stop.signal);
      return informer.synced;
    },
    size: () => informer.list().length,
    work: () => controller?.start(stop.signal),
    async stop() {
      stop.abort(new Error("the measurement is over"));
      await controller?.close();
      await running;
      await transport.close();
    },
  };
}

await judge(millrace);
