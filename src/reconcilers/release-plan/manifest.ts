import type { ReleasePlan } from "../../schema/release-plan.ts";
import { StalledError } from "../errors.ts";
import type { Forges } from "../forge-port.ts";
import type { Git, Remote } from "../git-port.ts";
import type { Lookup } from "../ports.ts";
import { edgesOf } from "../repository/edges.ts";
import { ManifestReader } from "../repository/manifests.ts";
import { slugOf, wayTo } from "../way.ts";

/** Files at the head of a repository's base branch. */
export interface Manifests {
  readonly remote: Remote;
  /** What the manifests require that the graph of the namespace does not know of yet: nodes, by name. */
  readonly unknown: (node: string) => Promise<readonly string[]>;
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
    async unknown(node) {
      if (repository.spec.manifests === "Ignore") return [];
      const manifests = await new ManifestReader(lookup).of(repository, { git, remote, sha: head }, signal);
      const { manifests: _, ...status } = repository.status ?? {};
      const now = edgesOf({ ...repository, status: { ...status, ...(manifests && { manifests }) } }, lookup);
      const known = new Set(edgesOf(repository, lookup).map((edge) => `${edge.node} ${edge.name}`));
      const news = now.filter((edge) => edge.node === node && !known.has(`${edge.node} ${edge.name}`));
      return [...new Set(news.map(({ name }) => name))];
    },
    async text(path) {
      const content = await git.read(remote, head, path, signal);
      return content && Buffer.from(content).toString("utf8");
    },
  };
}
