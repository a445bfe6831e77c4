import type { Context } from "../command.ts";

/** Tells people what happens, in plain words. */
export interface Narrator {
  /** Begins a chapter. */
  chapter(title: string): void;
  say(line: string): void;
  /** A command as a person would type it, and what it printed. */
  command(line: string, printed: string): void;
}

export function narrator({ out, colour }: Pick<Context, "out" | "colour">, now: () => number): Narrator {
  const began = now();
  const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const dim = (text: string) => (colour ? `\u001b[2m${text}\u001b[0m` : text);
  const seconds = () => dim(`${((now() - began) / 1_000).toFixed(1).padStart(5)}s`);
  return {
    chapter: (title) => out(`\n${bold(title)}\n`),
    say: (line) => out(`${seconds()}  ${line}\n`),
    command: (line, printed) => out(`\n$ ${bold(line)}\n${printed.trimEnd()}\n\n`),
  };
}
