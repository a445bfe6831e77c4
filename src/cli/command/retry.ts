import { ReleasePlan } from "../../schema/release-plan.ts";
import { steering } from "../../schema/steering.ts";
import { type Cluster, clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, type Context, type ExitCode, exitCodes } from "../command.ts";
import { parseObjectName } from "../object-name.ts";
import { ask, untilSeen } from "../plan/ask.ts";

export const retry: Command = {
  name: "retry",
  operands: "plan/NAME",
  summary: "Try again what failed in a ReleasePlan",
  options: [
    {
      usage: "--failed",
      doc: "What failed, and what was skipped for it. Has to be said: there is nothing else to try again.",
    },
    { usage: "--no-wait", doc: "Do not wait until the controller has seen it." },
    ...clusterOptions,
  ],
  help: `millrace retry plan/autumn --failed

What was released stays as it is and is not released again. It goes on only as the same plan: where graph, versions or
policy are others by now, and so its digest, that is said, and another plan is wanted.
Exit codes: 1 when there is nothing to try again, when it is refused, or not seen within 15 s.`,

  async run(context) {
    const [asked = "", ...more] = context.arguments;
    const object = more.length > 0 ? undefined : parseObjectName(asked);
    if (object?.kind !== ReleasePlan) throw usage("one plan is wanted");
    if (!context.options["failed"]) throw usage("say that what failed is meant");
    return withCluster(context, (cluster) => tryAgain(object.name, cluster, context));
  },
};

const usage = (message: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next: "millrace retry plan/NAME --failed" });

async function tryAgain(name: string, cluster: Cluster, context: Context): Promise<ExitCode> {
  const token = await ask({ kind: ReleasePlan, name, annotations: wishOf }, cluster, context);
  if (context.options["no-wait"]) {
    context.out(`${name}: asked\n`);
    return exitCodes.ok;
  }
  const isSeen = ({ status }: ReleasePlan): boolean => status?.lastHandledReconcileAt === token;
  const seen = await untilSeen(ReleasePlan, name, isSeen, { cluster, context });
  if (!seen) {
    const next = `It is asked for all the same, and will be followed: millrace plan ${name}. Does the controller run?`;
    throw new CommandError("the controller has not looked at it within 15 s", { next });
  }
  const message = seen.status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
  context.out(`${name}: ${message}\n`);
  return seen.status?.retried === token ? exitCodes.ok : exitCodes.failed;
}

function wishOf(
  { metadata: { name, namespace }, status }: ReleasePlan,
  token: string,
): Readonly<Record<string, string>> {
  const failed = status?.nodes?.filter(({ phase }) => phase === "Failed") ?? [];
  if (failed.length > 0) return { [steering.retry]: token };
  const next = `millrace plan ${name} --namespace ${namespace}`;
  throw new CommandError(`nothing in plan ${name} has failed`, { next });
}
