import { type Client, createClient } from "../controller/client.ts";
import { KubeError } from "../controller/errors.ts";
import { loadKubeConfig } from "../controller/kubeconfig.ts";
import { parseObject } from "../controller/parse.ts";
import { createTransport } from "../controller/transport.ts";
import type { Kind, ObjectOf } from "../schema/kind.ts";
import { CommandError, type Context, exitCodes, type Option } from "./command.ts";

/** Options of every command that talks to a cluster. */
export const clusterOptions: readonly Option[] = [
  {
    usage: "--namespace NAME",
    short: "n",
    doc: "Where to look. By default the namespace of the kubeconfig's context.",
  },
  { usage: "--kubeconfig FILE", doc: "Which cluster. By default what kubectl would use." },
  { usage: "--context NAME", doc: "Which of its contexts." },
];

/** A cluster as a command sees it: one namespace of it, read when it is asked for. */
export interface Cluster {
  readonly client: Client;
  readonly namespace: string;
  /** All objects of a kind in the namespace, by name. Those that do not match their schema are left out. */
  list<K extends Kind>(kind: K): Promise<readonly ObjectOf<K>[]>;
}

/** Runs `use` with the cluster that the options name, and closes the connections afterwards. Rejects with a CommandError. */
export async function withCluster<T>(context: Context, use: (cluster: Cluster) => Promise<T>): Promise<T> {
  const options = context.options as { kubeconfig?: string; context?: string; namespace?: string };
  const source = options.kubeconfig
    ? ({ from: "file", path: options.kubeconfig, context: options.context } as const)
    : ({ from: "default", context: options.context } as const);
  const loaded = await loadKubeConfig(source).catch((error: Error) => {
    const next = "name a cluster by --kubeconfig, or start one on this machine: millrace up";
    throw new CommandError(error.message, { code: exitCodes.unavailable, next });
  });
  const transport = createTransport(loaded.access, {
    userAgent: `millrace/${context.version}`,
    random: context.random,
  });
  const client = createClient(transport);
  const namespace = options.namespace ?? loaded.namespace;
  const { signal } = context;
  try {
    return await use({ client, namespace, list: (kind) => listOf(kind, client, { namespace, signal }) });
  } catch (error) {
    if (error instanceof KubeError) throw new CommandError(error.message, { code: exitCodes.unavailable });
    throw error;
  } finally {
    await transport.close();
  }
}

async function listOf<K extends Kind>(
  kind: K,
  client: Client,
  where: { readonly namespace: string; readonly signal: AbortSignal },
): Promise<readonly ObjectOf<K>[]> {
  const objects: ObjectOf<K>[] = [];
  for await (const { items } of client.list(kind.resource, where)) {
    for (const item of items) {
      const parsed = parseObject(kind, item);
      if (parsed.is === "valid") objects.push(parsed.object as ObjectOf<K>);
    }
  }
  return objects.sort((a, b) => nameOf(a).localeCompare(nameOf(b), "en"));
}

const nameOf = (object: { readonly metadata?: unknown }): string => (object.metadata as { name: string }).name;
