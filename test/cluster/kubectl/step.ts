/** One call of kubectl, made in the same way on both servers. */
export interface Step {
  /** Unique; the table of differences speaks of it. */
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  /** What is done in `kubectl edit`, as a script for sed. */
  readonly editor?: string;
  /** A call that does not end by itself: it runs while these do, and ends when it has printed so many lines. */
  readonly during?: { readonly steps: readonly Step[]; readonly lines: number };
}

/** A step from a command line. Words are split at spaces; quotes keep them together. */
export function kubectl(command: string, more: Partial<Omit<Step, "args">> = {}): Step {
  const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  return { name: command, args, ...more };
}

/** A step that sends a manifest. */
export const send = (command: string, manifest: object | string, name = command): Step =>
  kubectl(`${command} -f -`, { name, stdin: typeof manifest === "string" ? manifest : JSON.stringify(manifest) });
