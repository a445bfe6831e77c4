import { writeFile } from "node:fs/promises";
import { deliverResult } from "../../runner/job/deliver.ts";
import { fetchSource } from "../../runner/job/fetch.ts";
import { type Verdict, verdictFile, writeVerdict } from "../../runner/job/verdict.ts";
import { type Command, CommandError, type Context, exitCodes } from "../command.ts";

export const runner: Command = {
  name: "runner",
  operands: "fetch|deliver",
  summary: "Bring files into a command's pod, and what it changed out of it",
  options: [
    { usage: "--url URL", doc: "Where the gateway gives the source, or takes the result." },
    { usage: "--ticket FILE", doc: "File with the ticket for it." },
    { usage: "--workspace DIRECTORY", doc: "Where the repository's files are." },
    { usage: "--record FILE", doc: "What was fetched: written by fetch, read by deliver." },
    { usage: "--mebibytes COUNT", doc: "Most MiB to fetch, or to deliver." },
    { usage: "--files COUNT", doc: "Most files to deliver." },
    { usage: "--directory PATH", doc: "Directory that has to be there after fetch." },
  ],
  help: `This is what the containers beside a command run: fetch before it, deliver after it. People have no use for it.`,

  async run(context) {
    const [what, ...rest] = context.arguments;
    const act = acts[what ?? ""];
    if (!act || rest.length > 0) throw usage("say fetch or deliver");
    const verdict = await act(context);
    if (verdict) await tell(verdict, context);
    return verdict ? exitCodes.failed : exitCodes.ok;
  },
};

const usage = (message: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next: "millrace help runner" });

const acts: Readonly<Record<string, (context: Context) => Promise<Verdict | undefined>>> = {
  fetch: (context) => fetchSource({ ...placesOf(context), directory: textOf(context, "directory") }),
  deliver: (context) => deliverResult({ ...placesOf(context), files: countOf(context, "files") }),
};

function placesOf(context: Context) {
  const { clock, signal } = context;
  const [url, ticket, workspace, record] = ["url", "ticket", "workspace", "record"].map((name) =>
    needed(context, name),
  );
  return {
    url: url!,
    ticket: ticket!,
    workspace: workspace!,
    record: record!,
    mebibytes: countOf(context, "mebibytes"),
    clock,
    signal,
  };
}

const textOf = ({ options }: Context, name: string): string | undefined => options[name] as string | undefined;

function needed(context: Context, name: string): string {
  const text = textOf(context, name);
  if (!text) throw usage(`--${name} is needed`);
  return text;
}

function countOf(context: Context, name: string): number {
  const count = Number(needed(context, name));
  if (!Number.isSafeInteger(count) || count < 1) throw usage(`--${name}: give a whole number`);
  return count;
}

/** Into the container's status where there is one, and for who reads along. */
async function tell(verdict: Verdict, { error }: Context): Promise<void> {
  error(`millrace: ${verdict.message}\n`);
  try {
    await writeFile(verdictFile, writeVerdict(verdict), { flag: "r+" });
  } catch (cause) {
    // Outside of a pod there is no such file, and nobody to read it.
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}
