import type { ReleasePlan } from "../../schema/release-plan.ts";
import { StalledError } from "../errors.ts";
import type { Forges } from "../forge-port.ts";
import type { Git, Remote } from "../git-port.ts";
import type { Lookup } from "../ports.ts";
import { slugOf, wayTo } from "../way.ts";

/** Files at the head of a repository's base branch. */
export interface Manifests {
  readonly remote: Remote;
  /** Undefined where there is no such file. */
  readonly text: (path: string) => Promise<string | undefined>;
}

/** Brings the mirror in step, and reads from the head. Rejects where there is no way there, or no such branch. */
export async function openManifests(
  plan: ReleasePlan,
  name: string,
  { lookup, forges, git }: { readonly lookup: Lookup; readonly forges: Forges; readonly git: Git },
  signal: AbortSignal,
): Promise<Manifests> {
  const way = wayTo(lookup, plan.metadata.namespace, name);
  if (way.is === "shut") throw new StalledError(way.finding.reason, way.finding.message);
  const { repository, forge } = way;
  const host = await forges.of(forge, signal);
  const remote = host.remote(slugOf(repository));
  const { branch } = repository.spec;
  const head = (await git.sync(remote, signal)).heads.get(branch);
  if (!head) throw new StalledError("BaseBranchMissing", `${name} has no branch ${branch}`);
  return {
    remote,
    async text(path) {
      const content = await git.read(remote, head, path, signal);
      return content && Buffer.from(content).toString("utf8");
    },
  };
}
