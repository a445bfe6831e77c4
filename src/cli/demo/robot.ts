import { parse } from "yaml";
import type { Clock } from "../../reconcilers/ports.ts";
import { owner, released, requiredCheck, source } from "./fleet.ts";
import type { ForgeApi } from "./forge-api.ts";
import { pinsAt } from "./pins.ts";

/** How often the robot looks for commits to check, and how long a build takes it. */
const lookMs = 200;
const buildMs = 400;

interface Pull {
  readonly head: { readonly sha: string };
}
interface CheckRuns {
  readonly check_runs: readonly { readonly id: number; readonly status: string; readonly conclusion: string | null }[];
}

/**
 * The demo's continuous integration: checks the head of each open pull request. It passes when all that it builds on is
 * really there: the API source's commit, and the versions that manifests require. Survives a restart, since it looks at
 * the forge and remembers nothing.
 */
export async function runRobot(forge: ForgeApi, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await Promise.all(released.map((name) => checkAll(forge, name, { clock, signal })));
    await clock.sleep(lookMs, signal);
  }
}

async function checkAll(forge: ForgeApi, name: string, turn: { clock: Clock; signal: AbortSignal }): Promise<void> {
  const pulls = (await forge.get<readonly Pull[]>(`/repos/${owner}/${name}/pulls?state=open`)) ?? [];
  for (const { head } of pulls) await check(forge, name, head.sha, turn);
}

async function check(
  forge: ForgeApi,
  name: string,
  sha: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const repository = `/repos/${owner}/${name}`;
  const runs = await forge.get<CheckRuns>(`${repository}/commits/${sha}/check-runs?check_name=${requiredCheck}`);
  const run = runs?.check_runs[0];
  if (run?.status === "completed") return;
  const id = run?.id ?? (await begin(forge, repository, sha));
  await clock.sleep(buildMs, signal);
  const problem = await problemOf(forge, repository, sha);
  await forge.send("PATCH", `${repository}/check-runs/${id}`, {
    status: "completed",
    conclusion: problem ? "failure" : "success",
    output: { title: problem ?? "Built", summary: problem ?? `All that ${name} builds on is there.` },
  });
}

async function begin(forge: ForgeApi, repository: string, sha: string): Promise<number> {
  const made = await forge.send<{ id: number }>("POST", `${repository}/check-runs`, {
    name: requiredCheck,
    head_sha: sha,
    status: "in_progress",
  });
  return made.id;
}

/** What is wrong with the commit; undefined when nothing is. */
async function problemOf(forge: ForgeApi, repository: string, sha: string): Promise<string | undefined> {
  for (const { name, version } of await pinsAt(forge, repository, sha)) {
    if (!(await forge.get(`/repos/${owner}/${name}/git/ref/tags/v${version}`)))
      return `${name} has no release ${version}`;
  }
  const file = await forge.get<{ content: string }>(`${repository}/contents/librarian.yaml?ref=${sha}`);
  if (!file) return undefined;
  const text = Buffer.from(file.content, "base64").toString("utf8");
  const commit = (parse(text) as { sources?: { apis?: { commit?: string } } } | null)?.sources?.apis?.commit;
  if (!commit) return "librarian.yaml names no commit at sources.apis.commit";
  const known = await forge.get(`/repos/${owner}/${source}/commits/${commit}`);
  return known ? undefined : `${owner}/${source} has no commit ${commit}`;
}
