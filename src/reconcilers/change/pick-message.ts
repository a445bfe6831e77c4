import type { CommitFacts } from "../git-port.ts";

/** The original message and where it comes from, as `git cherry-pick -x` writes it, and then these trailers. */
export function pickMessage({ sha, message }: Pick<CommitFacts, "sha" | "message">, end: readonly string[]): string {
  const text = message.replaceAll("\r\n", "\n").trimEnd() || `Pick ${sha}`;
  const last = text
    .split(/\n[ \t]*\n/)
    .slice(1)
    .at(-1);
  const isTrailer = (line: string): boolean => /^[A-Za-z0-9-]+: |^\(cherry picked from commit /.test(line);
  const gap = last?.split("\n").every(isTrailer) ? "\n" : "\n\n";
  return `${text}${gap}${[`(cherry picked from commit ${sha})`, ...end].join("\n")}\n`;
}
