import { parse } from "yaml";
import type { Clock } from "../../reconcilers/ports.ts";
import { owner, requiredCheck, sdks, source } from "./fleet.ts";
import type { ForgeApi } from "./forge-api.ts";

/** How often the robot looks for commits to check, and how long a build takes it. */
const lookMs = 300;
const buildMs = 700;

interface Pull {
  readonly head: { readonly sha: string };
}
interface CheckRuns {
  readonly check_runs: readonly { readonly id: number; readonly status: string; readonly conclusion: string | null }[];
}

/**
 * The demo's continuous integration: checks the head of each open pull request. It passes when librarian.yaml names
 * a commit that the API source really has. Survives a restart, since it looks at the forge and remembers nothing.
 */
export async function runRobot(forge: ForgeApi, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const name of sdks) {
      const pulls = (await forge.get<readonly Pull[]>(`/repos/${owner}/${name}/pulls?state=open`)) ?? [];
      for (const { head } of pulls) await check(forge, name, head.sha, { clock, signal });
    }
    await clock.sleep(lookMs, signal);
  }
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
    output: { title: problem ?? "Generated and built", summary: problem ?? `The sources of ${name} exist.` },
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
  const file = await forge.get<{ content: string }>(`${repository}/contents/librarian.yaml?ref=${sha}`);
  const text = Buffer.from(file?.content ?? "", "base64").toString("utf8");
  const commit = (parse(text) as { sources?: { apis?: { commit?: string } } } | null)?.sources?.apis?.commit;
  if (!commit) return "librarian.yaml names no commit at sources.apis.commit";
  const known = await forge.get(`/repos/${owner}/${source}/commits/${commit}`);
  return known ? undefined : `${owner}/${source} has no commit ${commit}`;
}
