import { execFile } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Namespace that the chart is installed into. */
export const system = "millrace-system";
/** Image under test, which the cluster can run. */
export const image = process.env["IMAGE"] ?? "";
/** Why nothing can be tried here; false where it can. */
export const skip = process.env["KUBECONFIG"] && image ? false : "wants KUBECONFIG and IMAGE";

/** Runs a program and gives what it printed; throws with all that it said. */
export async function sh(program: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await run(program, [...args], { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  } catch (error) {
    const { stderr, stdout } = error as { stderr: string; stdout: string };
    throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  }
}
export const kubectl = (...args: readonly string[]): Promise<string> => sh("kubectl", ...args);
export const helm = (...args: readonly string[]): Promise<string> => sh("helm", ...args);

/** What `kubectl get KINDS -n NAMESPACE` finds. */
export async function found<T>(kinds: string, namespace: string): Promise<readonly T[]> {
  return (JSON.parse(await kubectl("get", kinds, "-n", namespace, "-o", "json")) as { items: T[] }).items;
}

/** `kubectl apply` of objects. */
export async function apply(...items: readonly object[]): Promise<void> {
  const applied = run("kubectl", ["apply", "-f", "-"]);
  applied.child.stdin!.end(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  await applied;
}

/** Waits for what a person would wait for, and fails with `otherwise`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { seconds = 90, otherwise = async () => "" }: { seconds?: number; otherwise?: () => Promise<string> } = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const there = await look();
      if (there) return there;
    } catch (error) {
      last = error;
    }
    await wait(500);
  }
  throw new Error(`${what}: not after ${seconds} s\n${last ?? ""}\n${await otherwise()}`);
}

/** Where pods reach this machine. */
export async function ourAddress(): Promise<string> {
  const internal = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';
  return process.env["MILLRACE_E2E_ADDRESS"] ?? (await kubectl("get", "nodes", "-o", internal));
}

/** The name by digest of an image that a node has under a tag. */
export function byDigest(tagged: string): Promise<string> {
  return eventually(`a node has ${tagged} under a digest`, async () => {
    const nodes = JSON.parse(await kubectl("get", "nodes", "-o", "json")) as {
      items: { status: { images?: { names?: string[] }[] } }[];
    };
    const names = nodes.items.flatMap(({ status }) => status.images ?? []).map(({ names }) => names ?? []);
    return names.find((each) => each.includes(tagged))?.find((name) => name.includes("@sha256:"));
  });
}

/** A namespace in which the cluster itself refuses every pod that is not as hardened as a pod can be. */
export async function freshNamespace(name: string): Promise<void> {
  await kubectl("delete", "namespace", name, "--ignore-not-found", "--timeout=60s");
  await kubectl("create", "namespace", name);
  await kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
}

/** Installs the chart with the image under test, or brings what is installed to these values, and waits until it is ready. */
export async function installChart(values: Readonly<Record<string, string>> = {}): Promise<void> {
  const colon = image.lastIndexOf(":");
  const own = { "image.repository": image.slice(0, colon), "image.tag": image.slice(colon + 1) };
  const all = Object.entries({ ...own, "image.pullPolicy": "IfNotPresent", ...values });
  const set = all.flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const where = ["-n", system, "--create-namespace", "--wait", "--timeout", "3m"];
  await helm("upgrade", "--install", "millrace", "deploy/helm/millrace", ...where, ...set);
}

export const uninstallChart = (): Promise<string> =>
  helm("uninstall", "millrace", "-n", system, "--ignore-not-found", "--wait");

/** Who leads, by its name in the lease: the pod's, with what makes each start of it unique behind it. */
export const holder = (): Promise<string> =>
  kubectl("get", "lease", "millrace", "-n", system, "-o", "jsonpath={.spec.holderIdentity}");

/** Deletes the pod that leads, and does not wait for its end. */
export async function deleteLeader(...how: readonly string[]): Promise<void> {
  await kubectl("delete", "pod", "-n", system, (await holder()).split("_")[0]!, "--wait=false", ...how);
}

/** A Secret with what a Forge wants. */
export async function giveSecret(namespace: string, name: string, values: Readonly<Record<string, string>>) {
  const literals = Object.entries(values).map(([key, value]) => `--from-literal=${key}=${value}`);
  await kubectl("create", "secret", "generic", name, "-n", namespace, ...literals);
}

/** Where the gateway takes the deliveries of a Forge. */
export async function webhooksOf(namespace: string, forge: string): Promise<string> {
  const service = ["get", "service", "millrace-gateway", "-n", system, "-o", "jsonpath={.spec.clusterIP}"];
  return `http://${await kubectl(...service)}/webhooks/${namespace}/${forge}`;
}

/** Whether each object of these kinds is Ready. */
export async function allReady(kinds: string, namespace: string): Promise<boolean> {
  type Conditions = { status?: { conditions?: readonly { type: string; status: string }[] } };
  return (await found<Conditions>(kinds, namespace)).every(({ status }) =>
    status?.conditions?.some((each) => each.type === "Ready" && each.status === "True"),
  );
}

/** What is there, and what the pods say, for failures. */
export async function explain(namespace: string, kinds = "millrace"): Promise<string> {
  const logs = ["logs", "-n", system, "-l", "app.kubernetes.io/name=millrace", "--tail=40", "--prefix"];
  return `${await kubectl("get", kinds, "-n", namespace).catch(String)}\n${await kubectl(...logs).catch(String)}`;
}
