import { isAlreadyExists, isInvalid, KubeError } from "../../controller/errors.ts";
import { ReleasePlan } from "../../schema/release-plan.ts";
import { type Cluster, clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, type Context, type ExitCode, exitCodes } from "../command.ts";
import { parseObjectName } from "../object-name.ts";
import { readObject } from "../plan/ask.ts";
import { showPreview } from "../plan/show.ts";
import { givenPlan } from "../plan/source.ts";
import { codeOf, preview } from "./plan.ts";

export const rollback: Command = {
  name: "rollback",
  operands: "plan/NAME",
  summary: "Take back what a ReleasePlan released, by new releases",
  options: [
    { usage: "--begin", doc: "Make the plan. Without, it is only shown." },
    { usage: "--name NAME", doc: "What the plan is called; NAME-rollback by default." },
    { usage: "--requested-by ACCOUNT", doc: "Your account on the forge: your own approval does not count." },
    { usage: "--output FORMAT", short: "o", doc: "text (the default) or json." },
    ...clusterOptions,
  ],
  help: `millrace rollback plan/autumn              what would be taken back, in which order, and as which versions
millrace rollback plan/autumn --begin     and do it

Nothing that was released is taken away. For each release of the plan, the last first, a pull request takes its commits
back, and a new patch release follows. It is a plan like any other: with the policy and the merge rule of the one that it
takes back, with its approvals, and it can be paused, aborted and tried again.
Exit codes: 1 when nothing can be taken back.`,

  async run(context) {
    const [asked = "", ...more] = context.arguments;
    const object = more.length > 0 ? undefined : parseObjectName(asked);
    const { output = "text" } = context.options as { output?: string };
    if (object?.kind !== ReleasePlan) throw usage("one plan is wanted");
    if (output !== "text" && output !== "json") throw usage(`there is no format ${JSON.stringify(output)}`);
    return withCluster(context, (cluster) => takeBack(object.name, cluster, context));
  },
};

const usage = (message: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next: "millrace rollback plan/NAME" });

async function takeBack(old: string, cluster: Cluster, context: Context): Promise<ExitCode> {
  const { client, namespace } = cluster;
  const { signal, options, out } = context;
  const plan = await readObject(ReleasePlan, old, cluster, signal);
  const name = String(options["name"] ?? `${old}-rollback`);
  const spec = specOf(plan, options["requested-by"] as string | undefined);
  const given = givenPlan({ namespace, name }, spec);
  const previews = await preview([given], client, context);
  const code = codeOf(previews);
  if (options["output"] === "json") out(`${JSON.stringify(previews, undefined, 2)}\n`);
  else out(previews.map(showPreview).join("\n"));
  if (!options["begin"] || code !== exitCodes.ok) return code;
  await client
    .create(ReleasePlan.resource, { metadata: { namespace, name }, spec }, { signal, fieldManager: "millrace-cli" })
    .catch((error: unknown) => {
      throw refusalOf(error, name);
    });
  if (options["output"] !== "json") out(`\n${name} is made; millrace plan ${name} says how far it is\n`);
  return exitCodes.ok;
}

/** The same digest, so that what is taken back is what was shown. */
const specOf = ({ metadata, spec, status }: ReleasePlan, requestedBy: string | undefined): object => ({
  rollback: { planRef: { name: metadata.name }, ...(status?.digest !== undefined && { digest: status.digest }) },
  policy: spec.policy,
  merge: spec.merge,
  ...(requestedBy !== undefined && { requestedBy }),
});

function refusalOf(error: unknown, name: string): unknown {
  if (isAlreadyExists(error)) {
    return new CommandError(`there is a plan ${name} already`, { next: "give another --name" });
  }
  return error instanceof KubeError && isInvalid(error) ? new CommandError(error.message) : error;
}
