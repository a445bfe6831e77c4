import { type ChildProcess, spawn } from "node:child_process";
import { setPriority } from "node:os";
import type { Readable } from "node:stream";
import type { Launch } from "./launch.ts";
import { LogTail } from "./log-tail.ts";
import { beganAt, marked, treeOf } from "./proc.ts";

export interface Ended {
  /** Whether the command was reached at all; before that, what went wrong is in `complaint`. */
  readonly began: boolean;
  /** 128 and the number of the signal where one ended it. Undefined when its leader was killed with it. */
  readonly code: number | undefined;
}

/** Between asking processes to end and ending them. */
const graceMs = 5_000;
/** How much the controller goes before a command, on the scale of `nice`. */
const niceness = 10;

export interface ChildOptions {
  readonly path: string;
  /** An assignment in the environment of all processes, where they are not apart. */
  readonly mark: string;
  /** Whether they are in a namespace of their own, which ends with its first process. */
  readonly apart: boolean;
  /** Called when the command is reached. */
  readonly onBegin?: () => void;
}

/** A run's processes: all of them end with it, whatever they do to get away. */
export class Child {
  /** What the command wrote to its standard output and error. */
  readonly log = new LogTail();
  /** What its leader had to complain about. */
  readonly complaint = new LogTail();
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  readonly #mark: string;
  readonly #apart: boolean;
  readonly #onBegin: () => void;
  #begun = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(launch: Launch, { path, mark, apart, onBegin }: ChildOptions) {
    this.#mark = mark;
    this.#apart = apart;
    this.#onBegin = onBegin ?? (() => undefined);
    this.#process = spawn(launch.file, [...launch.args], {
      cwd: "/",
      env: { PATH: path, LANG: "C.UTF-8" },
      detached: true,
      // See `script.ts`.
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
    });
    this.ended = this.#watch();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The process leading the run and those below it. */
  processes(): readonly number[] {
    return this.pid === undefined || this.#process.exitCode !== null ? [] : treeOf(this.pid);
  }

  /** When the leader began: see `beganAt`. */
  began(): string | undefined {
    return this.pid === undefined ? undefined : beganAt(this.pid);
  }

  /** Asks all processes to end, and ends them after five seconds; at once where the command has not begun. */
  end(): void {
    if (this.#timer || this.pid === undefined) return;
    this.#timer = setTimeout(() => this.kill(), this.#begun ? graceMs : 0);
    if (this.#begun) signal(-this.pid, "SIGTERM");
  }

  /** Ends all processes. */
  kill(): void {
    if (this.pid === undefined) return;
    const [, first, ...others] = this.processes();
    // With the first process of a namespace go all of them, and the one that made it then ends by itself.
    if (this.#apart && first !== undefined) signal(first, "SIGKILL");
    else for (const pid of [-this.pid, ...(first === undefined ? [] : [first]), ...others]) signal(pid, "SIGKILL");
  }

  async #watch(): Promise<Ended> {
    const child = this.#process;
    let told = "";
    const [, output, complaint, telling, , error] = child.stdio as unknown as readonly (Readable | null)[];
    for (const stream of [output, error]) stream?.on("data", (chunk: Buffer) => this.log.add(chunk));
    complaint?.on("data", (chunk: Buffer) => this.complaint.add(chunk));
    telling?.on("data", (chunk: Buffer) => {
      told = (told + chunk.toString("latin1")).slice(0, 64);
      if (!this.#begun && told.startsWith("ready\n")) {
        this.#begun = true;
        this.#onBegin();
      }
    });
    for (const stream of child.stdio) stream?.on("error", () => undefined); // Its other end is gone; so is the process.
    if (child.pid !== undefined) lower(child.pid);
    await new Promise<void>((resolve) => {
      child.once("error", (failure) => {
        this.complaint.add(Buffer.from(failure.message));
        resolve();
      });
      child.once("exit", () => {
        this.#sweep();
        // A process that got away may hold the pipes for ever.
        const timer = setTimeout(() => {
          for (const stream of child.stdio) stream?.destroy();
        }, 1_000);
        child.once("close", () => {
          clearTimeout(timer);
          resolve();
        });
      });
    });
    clearTimeout(this.#timer);
    const code = /^exit (\d+)$/m.exec(told)?.[1];
    return { began: this.#begun, code: code === undefined ? undefined : Number(code) };
  }

  /** What left its group and its parents can still be known by its environment. */
  #sweep(): void {
    if (this.#apart) return;
    if (this.pid !== undefined) signal(-this.pid, "SIGKILL");
    for (const pid of marked(this.#mark)) signal(pid, "SIGKILL");
  }
}

function lower(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already.
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Nobody is left there.
  }
}
