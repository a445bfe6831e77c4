import type { Client } from "../../controller/client.ts";
import { ReleasePlan } from "../../schema/release-plan.ts";
import { clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, type Context, type ExitCode, exitCodes } from "../command.ts";
import type { Given } from "../diff/document.ts";
import { sceneOf } from "../diff/scene.ts";
import { type Preview, planKinds, previewPlan, standingPlan } from "../plan/preview.ts";
import { showPreview } from "../plan/show.ts";
import { isFile, planCalled, plansIn } from "../plan/source.ts";

export const plan: Command = {
  name: "plan",
  operands: "FILE|NAME",
  summary: "Say what a ReleasePlan would do, or how far it is",
  options: [
    { usage: "--output FORMAT", short: "o", doc: "text (the default) or json." },
    { usage: "--no-cluster", doc: "Take every object from the file: Forge, Repository and Secret as well." },
    ...clusterOptions,
  ],
  help: `millrace plan autumn.yaml                 before anything is applied
millrace plan autumn                      a plan of the cluster: as it would be, or how far it is

It prints what is released, in which order and as which version, what it costs in pull requests and calls, the longest
chain, and what builds on it and is left out. Nothing is written anywhere. A FILE ends in .yaml, .yml or .json, or is
\`-\` for standard input, and may hold several plans.

Exit codes: 0 it can be done, 1 it cannot, or has failed.`,

  async run(context) {
    const [asked, ...more] = context.arguments;
    const { output = "text" } = context.options as { output?: string };
    if (asked === undefined || more.length > 0)
      throw usage("one file or one plan is wanted", "millrace plan FILE|NAME");
    if (output !== "text" && output !== "json")
      throw usage(`there is no format ${JSON.stringify(output)}`, "There are: text, json");
    const previews = await previewsOf(asked, context);
    context.out(
      output === "json" ? `${JSON.stringify(previews, undefined, 2)}\n` : previews.map(showPreview).join("\n"),
    );
    return codeOf(previews);
  },
};

const usage = (message: string, next: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next });

async function previewsOf(asked: string, context: Context): Promise<readonly Preview[]> {
  const { "no-cluster": alone, namespace } = context.options;
  if (alone) {
    if (!isFile(asked)) throw usage("without a cluster a file is wanted", "millrace plan FILE --no-cluster");
    return preview(await plansIn(asked, String(namespace ?? "default")), undefined, context);
  }
  return withCluster(context, async ({ client, namespace: usual }) => {
    const name = asked.replace(/^(plans?|releaseplans?)\//, "");
    const isPlan = name !== asked || !isFile(asked);
    if (!isPlan) return preview(await plansIn(asked, usual), client, context);
    return preview([await planCalled(name, { client, namespace: usual }, context.signal)], client, context);
  });
}

/** Each plan of what is given. One that has begun says itself how far it is. */
export async function preview(
  given: readonly Given[],
  client: Client | undefined,
  context: Context,
): Promise<readonly Preview[]> {
  const scene = await sceneOf(given, client, context.signal, planKinds);
  const previews: Preview[] = [];
  for (const object of scene.applied) {
    if (object["kind"] !== ReleasePlan.kind) continue;
    const each = object as ReleasePlan;
    const look = each.status?.startedAt === undefined ? previewPlan : standingPlan;
    previews.push(await look(each, scene, context));
  }
  return previews;
}

/** Whether all of them can be done, or are. */
export const codeOf = (previews: readonly Preview[]): ExitCode =>
  previews.some(({ finding, status }) => finding.verdict === "stalled" && status.phase !== "Paused")
    ? exitCodes.failed
    : exitCodes.ok;
