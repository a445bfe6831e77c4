import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that prints lines. It is killed when the bench is left. */
export class Program {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;

  constructor(name: string, [command, ...args]: readonly string[], env: Readonly<Record<string, string>>) {
    this.#name = name;
    this.#child = spawn(command!, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    let complaint = "";
    this.#child.stderr!.on("data", (chunk) => {
      complaint = `${complaint}${chunk}`.slice(-2_000);
    });
    this.#child.on("exit", (code) => {
      if (code) console.error(`${name} exited with ${code}\n${complaint}`);
    });
    running.add(this.#child);
    this.#child.on("exit", () => running.delete(this.#child));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The next line that it prints. Throws when it ends without one. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#name} ended without an answer`);
    return value;
  }

  say(text: string): void {
    this.#child.stdin!.write(`${text}\n`);
  }

  /** Closes its input, which ends it, and waits for that. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.stdin!.end();
    await exit;
  }
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const node = [process.execPath, "--expose-gc", "--import", "tsx"];

/** One of the TypeScript programs in this folder. */
export const script = (file: string): readonly string[] => [...node, new URL(file, import.meta.url).pathname];
