import type { LogEntry } from "../../src/reconcilers/git-port.ts";
import type { Files } from "./git-objects.ts";
import { modeOf } from "./git-objects.ts";
import type { MemoryCommit } from "./memory-host.ts";

type Find = (sha: string) => MemoryCommit | undefined;

/** Commits that lead to `to` and not to `from`, no commit before all that grew on it, as `git log --topo-order`. */
export function logOf(from: string | undefined, to: string, find: Find): readonly LogEntry[] {
  const old = from === undefined ? new Set<string>() : reach(from, find);
  const young = [...reach(to, find)].filter((sha) => !old.has(sha));
  const children = new Map(young.map((sha) => [sha, 0]));
  const parentsOf = (sha: string): readonly string[] =>
    (find(sha)?.parents ?? []).filter((parent) => children.has(parent));
  for (const sha of young) for (const parent of parentsOf(sha)) children.set(parent, children.get(parent)! + 1);
  const [log, open] = [[] as string[], children.has(to) ? [to] : []];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    log.push(sha);
    for (const parent of parentsOf(sha)) {
      children.set(parent, children.get(parent)! - 1);
      if (children.get(parent) === 0) open.push(parent);
    }
  }
  return log.map((sha) => entryOf(find(sha)!, find));
}

function entryOf({ sha, message, parents, files }: MemoryCommit, find: Find): LogEntry {
  const before: Files = find(parents[0] ?? "")?.files ?? new Map();
  const paths = [...new Set([...before.keys(), ...files.keys()])]
    .filter((path) => !isSame(before.get(path), files.get(path)))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return { sha, message, parents, paths };
}

function reach(from: string, find: Find): ReadonlySet<string> {
  const seen = new Set([from]);
  for (const sha of seen) for (const parent of find(sha)?.parents ?? []) seen.add(parent);
  return seen;
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0 && modeOf(a) === modeOf(b));
