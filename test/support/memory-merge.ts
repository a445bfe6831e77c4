import type { MergeMethod } from "../../src/schema/merge-rule.ts";
import type { Files } from "./git-objects.ts";
import { history, type MemoryHost, type MemoryPull, type MemoryRepository } from "./memory-host.ts";

/** The files that merging gives, file by file; undefined where both sides changed one in different ways. */
export function mergedFiles(repository: MemoryRepository, pull: MemoryPull): Files | undefined {
  const head = repository.commits.get(pull.headSha);
  const base = repository.commits.get(repository.heads.get(pull.base) ?? "");
  if (!head || !base) return undefined;
  const ours = history(repository, base.sha);
  const fork = [...history(repository, head.sha)].find((sha) => ours.has(sha));
  const before: Files = repository.commits.get(fork ?? "")?.files ?? new Map();
  const merged = new Map(base.files);
  for (const path of new Set([...before.keys(), ...head.files.keys()])) {
    const [old, mine, theirs] = [before.get(path), base.files.get(path), head.files.get(path)];
    if (same(old, theirs)) continue;
    if (!same(old, mine) && !same(mine, theirs)) return undefined;
    if (theirs) merged.set(path, theirs);
    else merged.delete(path);
  }
  return merged;
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);

/** Puts the pull request's files on its base branch, and gives the commit that did it. */
export function mergePull(
  host: MemoryHost,
  repository: MemoryRepository,
  pull: MemoryPull,
  method: MergeMethod,
): string | undefined {
  const files = mergedFiles(repository, pull);
  const base = repository.heads.get(pull.base);
  if (!files || !base) return undefined;
  const parents = method === "Merge" ? [base, pull.headSha] : [base];
  const message = method === "Merge" ? `Merge pull request #${pull.number}` : `${pull.title} (#${pull.number})`;
  const { sha } = host.write(repository, { parents, files, message: `${message}\n` });
  pull.state = "Merged";
  pull.mergeSha = sha;
  pull.handedOver = undefined;
  host.move(repository, pull.base, sha);
  return sha;
}
