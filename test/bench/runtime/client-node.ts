/** The second baseline: client-node's informer, and what most people write behind it. */
import { CustomObjectsApi, KubeConfig, type KubernetesObject, makeInformer } from "@kubernetes/client-node";
import { headOf, messageOf, nameOf, namespace } from "./fleet.ts";
import { type Contestant, judge, type Task, type Witness } from "./subject.ts";

interface Repository extends KubernetesObject {
  readonly spec: { readonly branch: string };
  readonly status?: { readonly head?: string; readonly conditions?: readonly { lastTransitionTime: string }[] };
}

const of = { group: "bench.millrace.dev", version: "v1alpha1", plural: "repositories" };
const path = `/apis/${of.group}/${of.version}/${of.plural}`;

async function clientNode(task: Task, witness: Witness): Promise<Contestant> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const api = config.makeApiClient(CustomObjectsApi);
  const list = async () => {
    const listed = await api.listClusterCustomObject(of);
    witness.answered("GET", 200);
    return listed as { metadata: object; items: Repository[] };
  };
  const informer = makeInformer<Repository>(config, path, list as never);
  const queue = new Set<string>();
  let busy = 0;
  let working = false;
  const beyond = nameOf(task.limit);

  const reconcile = async (name: string): Promise<void> => {
    const repository = informer.get(name, namespace);
    if (!repository) return;
    witness.called(repository.spec.branch);
    const head = name < beyond ? headOf(task.run, name) : repository.status?.head;
    if (head === undefined || repository.status?.head === head) return;
    const { generation } = repository.metadata as { generation?: number };
    const lastTransitionTime = repository.status?.conditions?.[0]?.lastTransitionTime;
    const how = { type: "Ready", status: "True", reason: "Succeeded", observedGeneration: generation };
    const condition = { ...how, lastTransitionTime, message: messageOf(head) };
    const body = { ...repository, status: { observedGeneration: generation, head, conditions: [condition] } };
    await api.replaceNamespacedCustomObjectStatus({ ...of, namespace, name, body });
    witness.answered("PUT", 200);
  };
  const pump = (): void => {
    for (const name of queue) {
      if (!working || busy >= task.workers) return;
      queue.delete(name);
      busy++;
      reconcile(name)
        .catch(() => {
          witness.answered("PUT", 0);
          queue.add(name);
        })
        .finally(() => {
          busy--;
          pump();
        });
    }
  };
  for (const event of ["add", "update"] as const) {
    informer.on(event, ({ metadata }) => {
      queue.add(metadata!.name!);
      pump();
    });
  }
  return {
    sync: () => informer.start(),
    size: () => informer.list().length,
    work() {
      working = true;
      pump();
    },
    async stop() {
      await informer.stop();
      // Its connections are nobody's to close.
      setTimeout(() => process.exit(0), 100).unref();
    },
  };
}

await judge(clientNode);
