import { execFile } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

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
      const found = await look();
      if (found) return found;
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
export function byDigest(image: string): Promise<string> {
  return eventually(`a node has ${image} under a digest`, async () => {
    const nodes = JSON.parse(await kubectl("get", "nodes", "-o", "json")) as {
      items: { status: { images?: { names?: string[] }[] } }[];
    };
    const names = nodes.items.flatMap(({ status }) => status.images ?? []).map(({ names }) => names ?? []);
    return names.find((each) => each.includes(image))?.find((name) => name.includes("@sha256:"));
  });
}

/** A namespace in which the cluster itself refuses every pod that is not as hardened as a pod can be. */
export async function freshNamespace(name: string): Promise<void> {
  await kubectl("delete", "namespace", name, "--ignore-not-found", "--timeout=60s");
  await kubectl("create", "namespace", name);
  await kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
}
