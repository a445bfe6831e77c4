import { writeFile } from "node:fs/promises";
import type { Clock } from "../../reconcilers/ports.ts";
import { durationMs } from "../../schema/object.ts";
import type { Owner } from "../unpack.ts";
import { Child, type Ended } from "./child.ts";
import type { Bench } from "./execute.ts";
import { type Breach, guard } from "./guard.ts";
import { launch, mark } from "./launch.ts";

const MiB = 1024 * 1024;

export interface Supervised {
  readonly child: Child;
  readonly ended: Ended;
  readonly breach: Breach | undefined;
  readonly startedAt: Date;
}

/** Runs the command to its end, to the first limit, or until the signal aborts. No process of it is left then. */
export async function supervise(bench: Bench, owner: Owner | undefined): Promise<Supervised> {
  const { folder, run, limits, clock, confinement } = bench;
  const { memoryMiB, time } = run.wish.limits;
  // Many times what is allowed, since only one look at all processes together can tell; this bounds what one takes between two.
  const dataBytes = (memoryMiB * 2 + 2_048) * MiB;
  const started = launch({
    ...bench,
    id: run.id,
    wish: run.wish,
    owner,
    most: { processes: limits.processes, fileBytes: limits.scratchMiB * MiB, dataBytes },
  });
  let startedAt = clock.now();
  const onBegin = (): void => {
    startedAt = clock.now();
    bench.onStart(startedAt);
  };
  const apart = confinement.by !== "Nothing";
  const child = new Child(started, { path: bench.path, mark: mark(run.id), apart, onBegin });
  await writeFile(folder.leader, JSON.stringify({ pid: child.pid, began: child.began() }), { mode: 0o600 });
  const stop = (): void => child.end();
  bench.signal.addEventListener("abort", stop, { once: true });
  if (bench.signal.aborted) stop();
  try {
    const over = await watched(child, { time, guarding: { folder, bounds: { ...limits, memoryMiB }, clock } });
    return { ...over, child, startedAt };
  } finally {
    bench.signal.removeEventListener("abort", stop);
  }
}

interface Watch {
  readonly time: string;
  readonly guarding: Parameters<typeof guard>[1];
}

async function watched(child: Child, { time, guarding }: Watch): Promise<Pick<Supervised, "ended" | "breach">> {
  const over = new AbortController();
  const heeded = async (watching: Promise<Breach | undefined>): Promise<Breach | undefined> => {
    const breach = await watching;
    if (breach?.reason === "TimedOut") child.end();
    else if (breach) child.kill();
    return breach;
  };
  const watching = Promise.all([
    heeded(guard(child, guarding, over.signal)),
    heeded(timeOut(time, guarding.clock, over.signal)),
  ]);
  // A guard that fails ends the run as well: nothing runs unwatched.
  watching.catch(() => child.kill());
  try {
    const ended = await child.ended;
    over.abort();
    return { ended, breach: (await watching).find(Boolean) };
  } finally {
    over.abort();
  }
}

async function timeOut(time: string, clock: Clock, signal: AbortSignal): Promise<Breach | undefined> {
  await clock.sleep(durationMs(time), signal).catch(() => undefined); // Only the signal ends a sleep early.
  return signal.aborted ? undefined : { reason: "TimedOut", message: `it took longer than ${time}` };
}
