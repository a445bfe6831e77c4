import { apiVersion } from "../../schema/kind.ts";
import { type Command, exitCodes } from "../command.ts";

export const version: Command = {
  name: "version",
  summary: "What this is, and what it runs on",
  options: [{ usage: "--json", doc: "As JSON." }],
  help: "millrace version\nmillrace version --json",
  async run({ out, version, options }) {
    const facts = {
      millrace: version,
      api: apiVersion,
      node: process.version,
      platform: `${process.platform}/${process.arch}`,
    };
    out(
      options["json"]
        ? `${JSON.stringify(facts)}\n`
        : `millrace ${version} (${apiVersion}), Node.js ${process.version}, ${facts.platform}\n`,
    );
    return exitCodes.ok;
  },
};
