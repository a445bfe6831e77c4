import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import type { Client } from "../../controller/client.ts";
import { clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, type Context, type ExitCode, exitCodes } from "../command.ts";
import { readDocuments } from "../diff/document.ts";
import { type Planned, planAll } from "../diff/planner.ts";
import { sceneOf, seen } from "../diff/scene.ts";
import { showPlan } from "../diff/show.ts";

export const diff: Command = {
  name: "diff",
  summary: "Say what applying ChangeProposals would do",
  options: [
    {
      usage: "--file FILE",
      short: "f",
      doc: "YAML with ChangeProposals, one or more documents. `-` is standard input.",
    },
    { usage: "--output FORMAT", short: "o", doc: "text (the default) or json." },
    { usage: "--run", doc: "Run the commands of `change.run` on this machine, to see what they change." },
    { usage: "--no-cluster", doc: "Take every object from the file: Forge, Repository and Secret as well." },
    ...clusterOptions,
  ],
  help: `millrace diff -f proposal.yaml             against the cluster of your kubeconfig
cat fleet.yaml | millrace diff -f - --no-cluster

For each ChangeProposal it prints the change as git shows it and every call that would be sent to the forge, in order,
and writes nothing anywhere. Repository, Forge and their Secret come from the file where they are in it, else from
the cluster. The API server checks the objects as if they were applied.

Exit codes: 0 nothing would be done, 1 something would be done, 2 an object is wrong, 3 it cannot be told or cannot be
done. The same holds of several together: the highest counts.`,

  async run(context) {
    const { file, output = "text" } = context.options as { file?: string; output?: string };
    if (file === undefined) throw usage("there is nothing to compare", "millrace diff -f FILE");
    if (output !== "text" && output !== "json")
      throw usage(`there is no format ${JSON.stringify(output)}`, "There are: text, json");
    const planned = await plansOf(file, context);
    if (output === "json") context.out(`${JSON.stringify(planned, undefined, 2)}\n`);
    else context.out(planned.map((each) => showPlan(each, context.colour)).join("\n"));
    return codeOf(planned);
  },
};

const usage = (message: string, next: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next });

async function plansOf(file: string, context: Context): Promise<readonly Planned[]> {
  const text = await readText(file);
  const { "no-cluster": alone, namespace, run } = context.options;
  const plans = async (usual: string, client: Client | undefined): Promise<readonly Planned[]> => {
    const given = readDocuments(text, { file, namespace: usual, kinds: seen });
    if (!given.some(({ kind }) => kind === "ChangeProposal"))
      throw usage(`there is no ChangeProposal in ${file}`, "millrace help diff");
    return planAll(await sceneOf(given, client, context.signal), context, run === true);
  };
  if (alone) return plans(String(namespace ?? "default"), undefined);
  return withCluster(context, (cluster) => plans(cluster.namespace, cluster.client));
}

async function readText(file: string): Promise<string> {
  try {
    return file === "-" ? await textOf(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, "millrace help diff");
  }
}

function codeOf(planned: readonly Planned[]): ExitCode {
  const codes = planned.map(({ calls, finding }): ExitCode => {
    if (calls.length > 0) return exitCodes.failed;
    return finding.verdict === "stalled" && !atRest.has(finding.reason) ? exitCodes.unavailable : exitCodes.ok;
  });
  return Math.max(...codes) as ExitCode;
}

/** Where nothing would be done because a person wants it so. */
const atRest: ReadonlySet<string> = new Set(["Suspended", "Declined", "HumanOwned", "Retargeted"]);
