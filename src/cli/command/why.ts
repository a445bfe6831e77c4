import { kinds } from "../../schema/index.ts";
import { clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, exitCodes } from "../command.ts";
import { parseObjectName } from "../object-name.ts";
import { chainOf, type Thing } from "../why/chain.ts";
import { showChain } from "../why/show.ts";

export const why: Command = {
  name: "why",
  operands: "KIND/NAME",
  summary: "Say what an object waits for, down to the root",
  options: [{ usage: "--output FORMAT", short: "o", doc: "text (the default) or json." }, ...clusterOptions],
  help: `millrace why operation/sync-sources         its proposals that are not done, their repositories, the forge
millrace why cp/sync-sources-sdk-go         KIND is any name that kubectl knows

Each object is shown with the reason and the message of its Ready condition, who acts next, and the command or the page
that gets it on. At the end is the root: what stands in the way of everything above it.
Exit codes: 0 it was told, whatever it is; 1 there is no such object.`,

  async run(context) {
    const { output = "text" } = context.options as { output?: string };
    const [asked = "", ...more] = context.arguments;
    const object = more.length > 0 ? undefined : parseObjectName(asked);
    if (!object) throw usage("one object is wanted", "millrace why KIND/NAME");
    const { kind, name } = object;
    if (output !== "text" && output !== "json")
      throw usage(`there is no format ${JSON.stringify(output)}`, "There are: text, json");
    return withCluster(context, async ({ list, namespace }) => {
      const things = (await Promise.all(kinds.map(list))).flat() as unknown as readonly Thing[];
      const chain = chainOf(kind, name, things, namespace);
      if (!chain.thing) {
        const next = `kubectl get ${kind.plural} --namespace ${namespace}`;
        throw new CommandError(`there is no ${kind.kind} ${name} in namespace ${namespace}`, { next });
      }
      context.out(output === "json" ? `${JSON.stringify(chain, undefined, 2)}\n` : showChain(chain));
      return exitCodes.ok;
    });
  },
};

const usage = (message: string, next: string): CommandError =>
  new CommandError(message, { code: exitCodes.usage, next });
