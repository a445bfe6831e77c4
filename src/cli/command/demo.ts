import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, exitCodes } from "../command.ts";
import { playOptions, portsOf } from "../demo/options.ts";
import { play } from "../demo/play.ts";

export const demo: Command = {
  name: "demo",
  summary: "Show the main job on this machine, in a minute",
  options: [
    { usage: "--state DIR", doc: "Keep the state there. By default it is thrown away afterwards." },
    ...playOptions,
  ],
  help: `A fleet of six repositories on a forge of its own, a control plane of its own, a push to the API source, and a pull
request to each of the three SDKs that follow it, checked and merged. Then a plan releases the SDKs and what builds on
them, in that order. No account and no network; needs git.

It ends with 0 only if the end was reached and verified on the forge. \`millrace up\` does the same and stays.`,

  async run(context) {
    const kept = context.options["state"] as string | undefined;
    const folder = kept ?? mkdtempSync(join(tmpdir(), "millrace-demo-"));
    try {
      await play(context, {
        folder,
        ports: portsOf(context),
        webhooks: !context.options["no-webhooks"],
        async afterwards(tell) {
          tell.say("`millrace up` does the same and stays, so that you can look around");
        },
      });
      return exitCodes.ok;
    } finally {
      if (!kept) rmSync(folder, { recursive: true, force: true });
    }
  },
};
