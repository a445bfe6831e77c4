import { readFileSync } from "node:fs";

/** A moment: the clock, and the CPU seconds spent until then. */
export interface Usage {
  readonly ms: number;
  readonly self: number;
  /** By the control plane: the processes in $BENCH_PIDS. */
  readonly server: number;
  /** By the whole machine; stolen time counts as spent. */
  readonly machine: number;
}

const ticksPerSecond = 100;

/** Where there is no /proc, only the own CPU is known, and the others are 0. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const pids = (process.env["BENCH_PIDS"] ?? "").split(" ").filter(Boolean);
  return {
    ms: performance.now(),
    self: (user + system) / 1e6,
    server: pids.reduce((sum, pid) => sum + spentBy(pid), 0),
    machine: machine(),
  };
}

function spentBy(pid: string): number {
  const stat = proc(`${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

function machine(): number {
  const [user, nice, system, , , irq, softirq, steal] = proc("stat").split("\n")[0]!.split(/\s+/).slice(1).map(Number);
  return [user, nice, system, irq, softirq, steal].reduce<number>((sum, each) => sum + (each ?? 0), 0) / ticksPerSecond;
}

function proc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

/** Heap in MiB after collection. Needs --expose-gc. */
export function heapMiB(): number {
  if (!globalThis.gc) throw new Error("run it with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Resident and peak memory in MiB. */
export const residentMiB = (): { RSS: number; Peak: number } => ({
  RSS: process.memoryUsage().rss / 2 ** 20,
  Peak: process.resourceUsage().maxRSS / 1_024,
});

/** Milliseconds of the wall clock, with fractions, which all processes of a machine share. */
export const wallMs = (): number => performance.timeOrigin + performance.now();
