import { nodesOf } from "../../reconcilers/repository/edges.ts";
import { Repository } from "../../schema/repository.ts";
import { clusterOptions, withCluster } from "../cluster.ts";
import { type Command, CommandError, type Context, exitCodes } from "../command.ts";
import { drawMermaid } from "../graph/mermaid.ts";
import { type Fleet, fleetOf } from "../graph/model.ts";
import { drawSvg } from "../graph/svg.ts";
import { drawText } from "../graph/text.ts";

const codes = { strong: 1, faint: 2 } as const;

const formats: Readonly<Record<string, (fleet: Fleet, context: Context) => string>> = {
  text: (fleet, { colour }) =>
    drawText(fleet, (text, how) => (colour ? `\u001b[${codes[how]}m${text}\u001b[0m` : text)),
  mermaid: drawMermaid,
  svg: drawSvg,
  json: (fleet) => `${JSON.stringify(fleet, undefined, 2)}\n`,
};

export const graph: Command = {
  name: "graph",
  operands: "[REPOSITORY]",
  summary: "Draw who depends on whom",
  options: [{ usage: "--output FORMAT", doc: "text (the default), mermaid, svg or json." }, ...clusterOptions],
  help: `millrace graph                             the fleet, what is released first on top
millrace graph sdk-go                      only what sdk-go builds on, and what builds on it
millrace graph sdk-go/auth                 the same of one of its libraries
millrace graph --output svg > fleet.svg    a picture

It shows for each repository how many others build on it, the longest chain, the single points of failure (more than
three tenths of the fleet build on them), what is in a cycle or depends on something that is not there, and where manifests say something
else than dependsOn. Libraries that are released by themselves stand as REPOSITORY/LIBRARY.`,

  async run(context) {
    const format = String(context.options["output"] ?? "text");
    const draw = formats[format];
    const [focus, ...more] = context.arguments;
    if (!draw || more.length > 0) {
      const wrong = draw ? "more than one repository" : `there is no format ${JSON.stringify(format)}`;
      const next = draw ? "millrace graph [REPOSITORY]" : `There are: ${Object.keys(formats).join(", ")}`;
      throw new CommandError(wrong, { code: exitCodes.usage, next });
    }
    return withCluster(context, async ({ list, namespace }) => {
      const repositories = await list(Repository);
      if (focus !== undefined && !repositories.some((each) => nodesOf(each).includes(focus))) {
        const next = `kubectl get repositories --namespace ${namespace}`;
        const what = focus.includes("/") ? "library" : "Repository";
        throw new CommandError(`there is no ${what} ${focus} in namespace ${namespace}`, { next });
      }
      context.out(draw(fleetOf(repositories, focus), context));
      return exitCodes.ok;
    });
  },
};
