import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import type { Client, Resource, WantedObject } from "../../controller/client.ts";
import { kinds } from "../../schema/index.ts";
import { CommandError } from "../command.ts";
import { getTable } from "../table.ts";

const run = promisify(execFile);

/** How the demo talks to its control plane: like a person with kubectl, or by ourselves where there is none. */
export interface Hands {
  readonly name: "kubectl" | "millrace";
  /** Applies a file, or every file of a folder; gives what was printed. */
  apply(path: string): Promise<string>;
  /** Tables of these plurals, in this order. */
  get(...plurals: readonly string[]): Promise<string>;
}

export interface Reach {
  readonly client: Client;
  readonly kubeconfig: string;
  readonly namespace: string;
  /** PATH of the process. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** kubectl where it is on the PATH, and works. */
export async function handsOf(reach: Reach): Promise<Hands> {
  const kubectl = async (...args: readonly string[]): Promise<string> => {
    const env = { PATH: reach.path, HOME: join(reach.kubeconfig, ".."), KUBECONFIG: reach.kubeconfig };
    const { stdout, stderr } = await run("kubectl", [...args], {
      env,
      signal: reach.signal,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout + stderr;
  };
  try {
    await kubectl("version", "--client");
  } catch {
    reach.signal.throwIfAborted();
    return ownHands(reach);
  }
  return {
    name: "kubectl",
    apply: (path) => kubectl("apply", "-f", path).catch(explain),
    get: (...plurals) => kubectl("get", plurals.join(",")).catch(explain),
  };
}

function explain(error: unknown): never {
  const { stderr = "", message } = error as { stderr?: string; message: string };
  throw new CommandError(`kubectl failed: ${stderr.trim() || message}`);
}

function ownHands({ client, namespace, signal }: Reach): Hands {
  return {
    name: "millrace",
    async apply(path) {
      const printed: string[] = [];
      for (const object of readObjects(path)) {
        const resource = resourceOf(object["kind"] as string);
        const metadata = { ...object.metadata, namespace: object.metadata.namespace ?? namespace };
        await client.apply(resource, { ...object, metadata }, { fieldManager: "millrace-up", force: true, signal });
        printed.push(`${resource.kind.toLowerCase()}.${resource.group}/${metadata.name} applied\n`);
      }
      return printed.join("");
    },
    async get(...plurals) {
      const tables = await Promise.all(
        plurals.map((plural) =>
          getTable(
            client,
            `/apis/${kinds[0]!.resource.group}/${kinds[0]!.resource.version}/namespaces/${namespace}/${plural}`,
          ),
        ),
      );
      return tables.join("\n");
    },
  };
}

function readObjects(path: string): readonly WantedObject[] {
  const isYaml = (name: string): boolean => /\.ya?ml$/.test(name);
  const files = isYaml(path)
    ? [path]
    : readdirSync(path)
        .filter(isYaml)
        .map((name) => join(path, name));
  return files
    .toSorted()
    .flatMap((file) =>
      parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS() as WantedObject),
    );
}

function resourceOf(kind: string): Resource {
  const found = kinds.find((each) => each.kind === kind);
  if (!found) throw new CommandError(`${kind} is not one of ours: it cannot be applied without kubectl`);
  return found.resource;
}
