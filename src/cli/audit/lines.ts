import { z } from "zod";
import { RunRecord } from "../../schema/run-record.ts";
import { origin, verify } from "../../sequencer/ledger.ts";
import { CommandError } from "../command.ts";
import { type AuditedRun, byRun } from "./run.ts";

/** One entry on a line of its own, with all that its hash is made of: no cluster is needed to verify it. */
const Line = RunRecord.spec.shape.entries.element.extend({
  run: z.string(),
  about: z.string(),
  /** On the last line of a run that is over. */
  isLast: z.literal(true).optional(),
});

/** The entries of a run as newline-delimited JSON. */
export const writeLines = ({ run, about, entries, isClosed }: AuditedRun): string =>
  entries
    .map((entry, at) => ({ run, about, ...entry, ...(isClosed && at === entries.length - 1 && { isLast: true }) }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

/** What such lines tell, by name of the run, and whether it holds. Throws a CommandError that names the line that is none. */
export function readLines(text: string): readonly AuditedRun[] {
  const lines = text
    .split("\n")
    .map((line, at) => ({ line, at }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, at }) => readLine(line, at + 1));
  return byRun(lines, ({ run }) => run).map(([run, all]) => audit(run, all));
}

function readLine(line: string, number: number): z.infer<typeof Line> {
  try {
    return Line.parse(JSON.parse(line));
  } catch (cause) {
    const next = "millrace audit export writes one entry a line";
    throw new CommandError(`line ${number} is no entry of a record: ${(cause as Error).message.split("\n")[0]}`, {
      next,
    });
  }
}

function audit(run: string, lines: readonly z.infer<typeof Line>[]): AuditedRun {
  const entries = lines.map(({ run: _, about: __, isLast: ___, before, after, ...entry }) => ({
    ...entry,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  }));
  const isClosed = lines.at(-1)!.isLast === true;
  const verified = verify(run, [{ run, index: 0, previous: origin(run), entries, isClosed }]);
  return { run, about: lines[0]!.about, entries, isClosed, verified };
}
