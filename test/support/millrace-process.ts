import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** The program as a process of its own. */
export interface MillraceProcess {
  readonly child: ChildProcess;
  /** Everything that it printed so far, both streams. */
  output(): string;
  /** The last lines of it, for failures. */
  tail(): string;
  /** Sends the signal and waits for the end; gives the exit code, or null where a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves when it ends by itself. */
  readonly ended: Promise<number | null>;
}

const programs = { bundle: ["dist/millrace.js"], source: ["--import", "tsx", "src/cli/main.ts"] } as const;

/** Starts the bundle, as people run it; or the source, where nobody has built one. */
export function startMillrace(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  from: keyof typeof programs = "bundle",
): MillraceProcess {
  const child = spawn(process.execPath, [...programs[from], ...args], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return {
    child,
    ended,
    output: () => chunks.join(""),
    tail: () => chunks.join("").split("\n").slice(-40).join("\n"),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
  };
}
