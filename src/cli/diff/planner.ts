import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createForges } from "../../forge/forges.ts";
import { createGit } from "../../git/git.ts";
import { type ProposalPlan, planOf } from "../../reconcilers/change-proposal/plan.ts";
import type { Finding } from "../../reconcilers/conditions.ts";
import { findingOf } from "../../reconcilers/errors.ts";
import type { Runner } from "../../reconcilers/runner-port.ts";
import { slugOf, wayTo } from "../../reconcilers/way.ts";
import { Scalars } from "../../reconcilers/yaml/scalars.ts";
import { createProcessRunner } from "../../runner/process/runner.ts";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Context } from "../command.ts";
import { quiet } from "../quiet.ts";
import type { Scene } from "./scene.ts";

/** What applying a proposal would do now. */
export interface Planned {
  readonly namespace: string;
  readonly name: string;
  readonly repository: string;
  readonly diff: string;
  readonly calls: readonly string[];
  readonly finding: Finding;
}

/** Between two looks at a command that runs. */
const lookMs = 200;

/**
 * Plans each proposal of a scene, in a folder of its own that is removed afterwards. Nothing is written to a forge. Commands are
 * run on this machine where `run` says so.
 */
export async function planAll(scene: Scene, context: Context, run: boolean): Promise<readonly Planned[]> {
  const { clock, random, env } = context;
  const path = env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  const folder = await mkdtemp(join(tmpdir(), "millrace-diff-"));
  const forges = createForges({ secrets: scene.secrets, clock, random, log: quiet });
  const git = createGit({ directory: join(folder, "git"), path, log: quiet });
  const runner = run
    ? createProcessRunner({
        directory: join(folder, "runs"),
        path,
        hidden: [folder],
        tar: (remote, commit, signal) => git.tar(remote, commit, signal),
        clock,
        log: quiet,
      })
    : undefined;
  try {
    const planned: Planned[] = [];
    for (const proposal of scene.proposals) planned.push(await plan(proposal, scene, { context, forges, git, runner }));
    return planned;
  } finally {
    await runner?.close();
    await git.close();
    await forges.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Tools {
  readonly context: Context;
  readonly forges: ReturnType<typeof createForges>;
  readonly git: ReturnType<typeof createGit>;
  readonly runner: Runner | undefined;
}

async function plan(proposal: ChangeProposal, scene: Scene, tools: Tools): Promise<Planned> {
  const { namespace, name } = proposal.metadata;
  const about = { namespace, name, repository: proposal.spec.repositoryRef.name, diff: "", calls: [] };
  if (proposal.spec.suspend) return { ...about, finding: suspended };
  if (proposal.spec.change.run && !tools.runner) return { ...about, finding: notRun };
  const way = wayTo(scene.lookup, namespace, about.repository);
  if (way.is === "shut") return { ...about, finding: way.finding };
  try {
    const { signal } = tools.context;
    const host = await tools.forges.of(way.forge, signal, proposal.spec.priority);
    const at = slugOf(way.repository);
    const { git, runner } = tools;
    const hands = { host, at, remote: host.remote(at), git, scalars: new Scalars(), runner, signal };
    const around = scene.lookup.list(ChangeProposal, namespace);
    while (true) {
      const now = tools.context.clock.now();
      const found = await planOf(proposal, way.repository, { ...hands, now }, around);
      if (!isRunning(found)) return { ...about, diff: found.diff, calls: found.calls, finding: found.finding };
      await tools.context.clock.sleep(lookMs, signal);
    }
  } catch (error) {
    tools.context.signal.throwIfAborted();
    return { ...about, finding: findingOf(error) };
  }
}

const isRunning = ({ finding, calls }: ProposalPlan): boolean =>
  finding.reason === "CommandRunning" && calls.length === 0;

const suspended: Finding = {
  verdict: "stalled",
  reason: "Suspended",
  message: "spec.suspend is true, so nothing would be done",
};

const notRun: Finding = {
  verdict: "stalled",
  reason: "CommandNotRun",
  message: "its command was not run: give --run to run it on this machine, apart from it where the system allows",
};
