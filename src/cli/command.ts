import type { Clock } from "../reconcilers/ports.ts";

/** How a command ended, as the shell sees it. `millrace help` and docs/reference/cli.md list the same. */
export const exitCodes = {
  ok: 0,
  /** What was asked for was tried, and is not so. */
  failed: 1,
  /** The command line or a setting is wrong. */
  usage: 2,
  /** Something outside is missing: git, a cluster, a free port. */
  unavailable: 3,
  /** Stopped by a signal before it was done. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error for people: what is wrong, and the next step. It is printed without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: ExitCode;
  readonly next: string | undefined;

  constructor(message: string, { code = exitCodes.failed as ExitCode, next }: { code?: ExitCode; next?: string } = {}) {
    super(message);
    this.code = code;
    this.next = next;
  }
}

export interface Option {
  /** How it is written in help: `--port PORT`. A flag when there is no second word. */
  readonly usage: string;
  /** One letter for people who know kubectl: `-f`. */
  readonly short?: string;
  readonly doc: string;
}

/** What a command gets from the process, and nothing else of it. */
export interface Context {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly version: string;
  /** Folder that holds crds/ and examples/. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether a person reads the output in colour. */
  readonly colour: boolean;
}

export interface Command {
  readonly name: string;
  /** What follows the name in the usage line. */
  readonly operands?: string;
  readonly summary: string;
  /** Paragraphs and examples below the options. */
  readonly help: string;
  readonly options: readonly Option[];
  run(context: Context): Promise<ExitCode>;
}

/** The name in `--name VALUE`. */
export const optionName = ({ usage }: Option): string => usage.split(" ")[0]!.replace(/^--/, "");
export const takesValue = ({ usage }: Option): boolean => usage.includes(" ");
