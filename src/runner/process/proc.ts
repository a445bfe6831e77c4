import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Whether this system tells of processes as Linux does, the children of each included. */
export const hasProc = (): boolean => existsSync(`/proc/self/task/${process.pid}/children`);

/** A process and everything below it. What ends meanwhile is left out. */
export function treeOf(root: number): readonly number[] {
  const found = [root];
  for (let next = 0; next < found.length; next++) found.push(...childrenOf(found[next]!));
  return found;
}

function childrenOf(pid: number): readonly number[] {
  const threads = quietly(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return threads.flatMap((thread) => {
    const text = quietly(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1")) ?? "";
    return text.split(" ").filter(Boolean).map(Number);
  });
}

/**
 * Bytes of memory that processes hold for themselves: what is theirs alone, plus the largest part that one of them shares by way
 * of shared memory. Programs and libraries, which all have in common, do not count.
 */
export function memoryOf(pids: readonly number[]): number {
  const held = pids.map((pid) => quietly(() => readFileSync(`/proc/${pid}/status`, "latin1")) ?? "");
  const alone = held.reduce((sum, status) => sum + kibOf(status, "RssAnon"), 0);
  const shared = held.reduce((most, status) => Math.max(most, kibOf(status, "RssShmem")), 0);
  return (alone + shared) * 1024;
}

const kibOf = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);

/** When a process began, in the kernel's ticks: with its number it names a process for ever. Undefined when it is gone. */
export function beganAt(pid: number): string | undefined {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // The name stands in parentheses and may hold any character; the 22nd field is the 20th after it.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** Processes whose environment began with this assignment, and that we may look into. */
export function marked(assignment: string): readonly number[] {
  const pids = (quietly(() => readdirSync("/proc")) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => {
    const environment = quietly(() => readFileSync(`/proc/${pid}/environ`, "latin1"));
    return environment?.split("\0").includes(assignment);
  });
}

/** Undefined where it fails: a process may end while it is looked at, and may not be ours to look at. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
