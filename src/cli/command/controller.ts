import { loadKubeConfig } from "../../controller/kubeconfig.ts";
import { createLog } from "../../controller/log.ts";
import { Scrubber } from "../../controller/scrub.ts";
import { runController } from "../assemble.ts";
import { type Command, CommandError, type ExitCode, exitCodes } from "../command.ts";
import { requireGit } from "../git-version.ts";
import { readSettings, settingOptions } from "../settings.ts";

export const controller: Command = {
  name: "controller",
  summary: "Run the controller against a cluster",
  options: [
    {
      usage: "--kubeconfig FILE",
      doc: "Which cluster. By default $KUBECONFIG, ~/.kube/config, or the pod's service account.",
    },
    { usage: "--context NAME", doc: "Which of its contexts." },
    ...settingOptions,
  ],
  help: `The kinds must be there: millrace crds | kubectl apply -f -

millrace controller
millrace controller --namespace fleet --gateway 0.0.0.0:9292

It logs JSON lines to standard output, and stops in order at SIGTERM: no new work, work in flight finished, lease
given back. Several replicas may run; one of them works, the others take over within seconds.`,

  async run(context) {
    const settings = readSettings(context);
    await requireGit(context.env["PATH"] ?? "");
    const { kubeconfig, context: name } = context.options as { kubeconfig?: string; context?: string };
    const source = kubeconfig
      ? ({ from: "file", path: kubeconfig, context: name } as const)
      : ({ from: "default", context: name } as const);
    const { access } = await loadKubeConfig(source).catch((error: Error) => {
      throw new CommandError(error.message, {
        code: exitCodes.unavailable,
        next: "millrace up starts a control plane on this machine",
      });
    });
    const scrubber = new Scrubber();
    const { clock, random, version, env } = context;
    const log = createLog({ level: settings.MILLRACE_LOG_LEVEL, clock, scrubber, to: { write: context.out } });
    log.info({ version, server: access.server, namespace: settings.MILLRACE_NAMESPACE || "all" }, "starting");
    const environment = { settings, access, version, clock, random, log, scrubber, path: env["PATH"] ?? "" };
    return endOf(runController(environment, context.signal), (error) =>
      log.error({ err: error }, "the controller ended"),
    );
  },
};

async function endOf(running: Promise<void>, tell: (error: unknown) => void): Promise<ExitCode> {
  try {
    await running;
    return exitCodes.ok;
  } catch (error) {
    tell(error);
    if (error instanceof CommandError) throw error;
    throw new CommandError((error as Error).message, { next: "the log says more" });
  }
}
