import { createHash } from "node:crypto";
import type { RunChange } from "../../schema/change.ts";
import type { RunFile } from "../runner-port.ts";

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/**
 * Digest of all that a command's output may depend on: itself, its limits, the files it begins with (a tree of git), and the last wish
 * to try again, which asks for it anew.
 */
export function inputDigest(wish: RunChange, { tree, retry }: { tree: string; retry: string | undefined }): string {
  const { command, image, env, directory, paths, network, limits } = wish;
  const variables = env.map(({ name, value }) => [name, value]);
  const bounds = [limits.time, limits.memoryMiB, limits.outputMiB, limits.files];
  const parts = [command, image ?? null, variables, directory ?? null, paths, network, bounds, tree, retry ?? null];
  return sha256(JSON.stringify(["v1", ...parts]));
}

/** Names one attempt at an input for one proposal: 32 characters of lower-case hex. */
export const runId = (input: string, uid: string, attempt: number): string =>
  sha256(JSON.stringify([input, uid, attempt])).slice(0, 32);

/** Digest of what a command left, whatever the order. */
export function outputDigest(files: readonly RunFile[]): string {
  const lines = files.map(({ path, mode, content }) => [path, content ? mode : null, content ? sha256(content) : null]);
  return sha256(JSON.stringify(lines.sort(([a], [b]) => (a! < b! ? -1 : 1))));
}
