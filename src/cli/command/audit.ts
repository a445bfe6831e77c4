import { readFile } from "node:fs/promises";
import { RunRecord } from "../../schema/run-record.ts";
import { readLines, writeLines } from "../audit/lines.ts";
import { type AuditedRun, auditRuns } from "../audit/run.ts";
import { clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, type Context, type ExitCode, exitCodes } from "../command.ts";
import { parseObjectName } from "../object-name.ts";
import { aligned } from "../table.ts";

export const audit: Command = {
  name: "audit",
  operands: "verify|export [RUN|KIND/NAME]",
  summary: "Verify the records of runs, or write them out",
  options: [
    { usage: "--file FILE", doc: "Verify what an export wrote, without a cluster." },
    { usage: "--output FORMAT", short: "o", doc: "Of verify: text (the default) or json." },
    ...clusterOptions,
  ],
  help: `millrace audit verify                      every run in the namespace
millrace audit verify plan/autumn          the runs of one object, also when it is gone
millrace audit export > runs.ndjson        one entry a line: who did what, when, why, before and after
millrace audit verify --file runs.ndjson   the same check of what was written out

Each entry has the SHA-256 of itself and of the hash before it, so whatever was changed, taken out or put in later is found.
Keep exports where others cannot write: who may write RunRecords could also write a whole new chain.
Exit codes: 1 when a record does not hold, or there is none of what was asked for.`,

  async run(context) {
    const [verb, asked, ...more] = context.arguments;
    const act = verbs[verb ?? ""];
    if (!act || more.length > 0) throw usage("say verify or export, and of what");
    const { output = "text", file } = context.options as { output?: string; file?: string };
    if (output !== "text" && output !== "json") throw usage(`there is no format ${JSON.stringify(output)}`);
    const all = file === undefined ? await recorded(context) : readLines(await textOf(file));
    return act(those(all, asked), context);
  },
};

const usage = (message: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next: "millrace help audit" });

const recorded = (context: Context): Promise<readonly AuditedRun[]> =>
  withCluster(context, async ({ list }) => auditRuns(await list(RunRecord)));

const textOf = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usage(`${file} cannot be read: ${error.code}`);
  });

function those(all: readonly AuditedRun[], asked: string | undefined): readonly AuditedRun[] {
  if (asked === undefined) return all;
  const object = parseObjectName(asked);
  const wanted = object ? `${object.kind.kind}/${object.name}` : asked;
  const found = all.filter(({ run, about }) => run === wanted || about === wanted);
  if (found.length > 0) return found;
  const next = "millrace audit verify shows all that is recorded";
  throw new CommandError(`there is no record of ${asked}`, { next });
}

const verbs: Readonly<Record<string, (runs: readonly AuditedRun[], context: Context) => ExitCode>> = {
  export: (runs, { out }) => {
    for (const run of runs) out(writeLines(run));
    return exitCodes.ok;
  },
  verify: (runs, { out, options }) => {
    const rows = runs.map(({ run, about, entries, isClosed, verified }) => ({
      run,
      about,
      entries: entries.length,
      isOver: isClosed,
      isIntact: verified.is === "intact",
      ...(verified.is === "broken" && { message: verified.message }),
    }));
    out(options["output"] === "json" ? `${JSON.stringify(rows, undefined, 2)}\n` : tableOf(rows));
    return rows.every(({ isIntact }) => isIntact) ? exitCodes.ok : exitCodes.failed;
  },
};

interface Row {
  readonly run: string;
  readonly about: string;
  readonly entries: number;
  readonly isOver: boolean;
  readonly message?: string;
}

function tableOf(rows: readonly Row[]): string {
  if (rows.length === 0) return "nothing is recorded here\n";
  const lines = rows.map(({ run, about, entries, isOver, message }) => [
    run,
    about,
    String(entries),
    isOver ? "over" : "going on",
    message === undefined ? "intact" : `BROKEN: ${message}`,
  ]);
  return aligned([["RUN", "ABOUT", "ENTRIES", "RUN IS", "RECORD"], ...lines]);
}
