import { type Command, exitCodes } from "../command.ts";
import { playOptions, portsOf } from "../demo/options.ts";
import { play } from "../demo/play.ts";

export const up: Command = {
  name: "up",
  summary: "The same, and it stays: forge, control plane and controller on this machine",
  options: [{ usage: "--state DIR", doc: "Where everything is kept; .millrace by default." }, ...playOptions],
  help: `millrace up
KUBECONFIG=.millrace/kubeconfig kubectl get millrace

Everything survives a restart, whenever and however it was stopped. Remove the folder to begin anew.`,

  async run(context) {
    await play(context, {
      folder: (context.options["state"] as string | undefined) ?? ".millrace",
      ports: portsOf(context),
      webhooks: !context.options["no-webhooks"],
      async afterwards(tell, failed) {
        tell.say("everything stays; stop it with Ctrl-C");
        await new Promise<void>((resolve, reject) => {
          context.signal.addEventListener("abort", () => resolve(), { once: true });
          failed.addEventListener("abort", () => reject(failed.reason), { once: true });
          if (context.signal.aborted) resolve();
        });
      },
    });
    return exitCodes.ok;
  },
};
