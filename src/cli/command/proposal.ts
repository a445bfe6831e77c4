import { apiVersion } from "../../schema/kind.ts";
import { type Cluster, clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, type Context, type ExitCode, exitCodes } from "../command.ts";
import { showProposal, standing } from "../proposal/show.ts";
import { acknowledged, readProposal, steer } from "../proposal/steer.ts";
import { type Verb, verbs } from "../proposal/wish.ts";
import { getTable } from "../table.ts";

const words = Object.entries(verbs)
  .map(([word, { operands, doc }]) => `  ${`${word} ${operands}`.padEnd(34)}${doc}`)
  .join("\n");

export const proposal: Command = {
  name: "proposal",
  operands: "VERB [NAME] [...]",
  summary: "List, show and steer ChangeProposals",
  options: [{ usage: "--no-wait", doc: "Do not wait until the controller has seen it." }, ...clusterOptions],
  help: `  ${"list".padEnd(34)}What kubectl get shows.
  ${"show NAME".padEnd(34)}Where it stands, who acts next, and what you can do.
${words}

A comment \`/millrace VERB\` on the pull request does the same. Here it is an annotation of the object, set only if the
object has not changed since it was read; then the command waits up to 15 s for the controller, and says what became of it.
Exit codes: 1 when it did not, or there is no such proposal.`,

  async run(context) {
    const [verb = "list", name, ...rest] = context.arguments;
    if (verb === "list") return withCluster(context, (cluster) => list(cluster, context));
    const steering = Object.entries(verbs).find(([word]) => word === verb)?.[1];
    if (verb !== "show" && !steering) throw usage(`there is no verb ${JSON.stringify(verb)}`, "millrace help proposal");
    if (name === undefined)
      throw usage(`${verb} of what?`, `millrace proposal ${verb} ${steering?.operands ?? "NAME"}`);
    return withCluster(context, (cluster) =>
      steering ? carryOut(steering, { cluster, name, rest }, context) : show(cluster, name, context),
    );
  },
};

const usage = (message: string, next: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next });

async function list({ client, namespace }: Cluster, { out }: Context): Promise<ExitCode> {
  out(await getTable(client, `/apis/${apiVersion}/namespaces/${namespace}/changeproposals`));
  return exitCodes.ok;
}

async function show(cluster: Cluster, name: string, context: Context): Promise<ExitCode> {
  context.out(showProposal(await readProposal(cluster, name, context)));
  return exitCodes.ok;
}

async function carryOut(
  verb: Verb,
  { cluster, name, rest }: { readonly cluster: Cluster; readonly name: string; readonly rest: readonly string[] },
  context: Context,
): Promise<ExitCode> {
  const token = await steer(cluster, name, (each) => verb.wish(rest, each, context.clock.now()), context);
  if (context.options["no-wait"]) {
    context.out(`${name}: asked\n`);
    return exitCodes.ok;
  }
  const seen = await acknowledged(cluster, name, token, context);
  if (seen) {
    context.out(`${standing(seen)}\n`);
    return exitCodes.ok;
  }
  const next = `It is asked for all the same, and will be followed: millrace proposal show ${name}. Does the controller run?`;
  throw new CommandError("the controller has not looked at it within 15 s", { next });
}
