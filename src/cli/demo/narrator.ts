import type { Context } from "../command.ts";
import type { Paint } from "../graph/text.ts";

/** Tells people what happens, in plain words. */
export interface Narrator {
  /** Begins a chapter. */
  chapter(title: string): void;
  say(line: string): void;
  /** A command as a person would type it, and what it printed. */
  command(line: string, printed: string): void;
  /**
   * A picture in place of the one that was shown last, with nothing told in between; where it is not read in colour, the lines
   * that differ.
   */
  picture(lines: readonly string[], before: readonly string[]): void;
  readonly paint: Paint;
}

export function narrator({ out, colour }: Pick<Context, "out" | "colour">, now: () => number): Narrator {
  const began = now();
  const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const dim = (text: string) => (colour ? `\u001b[2m${text}\u001b[0m` : text);
  /** Up over what was there, which is cleared. */
  const back = (lines: number) => (lines > 0 ? `\u001b[${lines}A\u001b[J` : "");
  const seconds = () => dim(`${((now() - began) / 1_000).toFixed(1).padStart(5)}s`);
  return {
    chapter: (title) => out(`\n${bold(title)}\n`),
    say: (line) => out(`${seconds()}  ${line}\n`),
    picture: (lines, before) => {
      const shown = colour ? lines : lines.filter((line) => !before.includes(line));
      out(`${colour ? back(before.length) : ""}${shown.map((line) => `${seconds()}  ${line}\n`).join("")}`);
    },
    paint: (text, how) => (how === "strong" ? bold(text) : dim(text)),
    command: (line, printed) => out(`\n$ ${bold(line)}\n${printed.trimEnd()}\n\n`),
  };
}
