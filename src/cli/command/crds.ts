import { crdOf, crdYaml } from "../../schema/crd.ts";
import { kinds } from "../../schema/index.ts";
import { type Command, exitCodes } from "../command.ts";

export const crds: Command = {
  name: "crds",
  summary: "Print the CustomResourceDefinitions",
  options: [{ usage: "--json", doc: "As one JSON List." }],
  help: `millrace crds | kubectl apply -f -

They are the same as in crds/ and in the Helm chart, which installs them by itself.`,
  async run({ out, options }) {
    if (options["json"]) out(`${JSON.stringify({ apiVersion: "v1", kind: "List", items: kinds.map(crdOf) })}\n`);
    else out(kinds.map(crdYaml).join("---\n"));
    return exitCodes.ok;
  },
};
