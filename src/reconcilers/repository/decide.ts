import type { Repository } from "../../schema/repository.ts";
import type { Finding, Verdict } from "../conditions.ts";
import { short, wayVerdicts } from "../way.ts";
import { repositoryOf } from "./node.ts";
import type { Observed, Remote, Trouble } from "./observe.ts";

/** Every reason that a Repository gives, and what it means for the object. */
export const verdicts = {
  Synced: "ready",
  Suspended: "stalled",
  RepositoryMissing: "stalled",
  RepositoryRenamed: "stalled",
  RepositoryArchived: "stalled",
  RepositoryEmpty: "stalled",
  BranchMissing: "stalled",
  PushNotAllowed: "stalled",
  DependencyCycle: "stalled",
  DependencyMissing: "stalled",
  DependencyBlocked: "stalled",
  ...wayVerdicts,
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;

const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });

/** What to say about a repository. */
export function decide({ repository, way, remote, trouble }: Observed): Finding {
  if (repository.spec.suspend) {
    const message = "spec.suspend is true, so it and all proposals to it are left alone: set it to false to go on";
    return found("Suspended", message);
  }
  if (way.is === "shut") return way.finding;
  if (remote.is !== "there") return missing(repository);
  return wrongThere(repository, remote) ?? (trouble && wrongInGraph(trouble, repository)) ?? synced(repository, remote);
}

const patch = ({ metadata: { namespace, name } }: Repository, spec: object): string =>
  `kubectl -n ${namespace} patch repository ${name} --type=merge -p '${JSON.stringify({ spec })}'`;

function missing({ spec }: Repository): Finding {
  const message = `there is no ${spec.owner}/${spec.name} on Forge ${spec.forgeRef.name}, or its credential may not see it: check spec.owner and spec.name, and what the credential is allowed`;
  return found("RepositoryMissing", message);
}

function wrongThere(repository: Repository, { facts, refs }: Extract<Remote, { is: "there" }>): Finding | undefined {
  const { owner, name, branch, operations } = repository.spec;
  const { slug, defaultBranch, archived } = facts;
  const now = `${slug.owner}/${slug.name}`;
  // Hosts take names in any case, and answer with their own.
  if (now.toLowerCase() !== `${owner}/${name}`.toLowerCase()) {
    return found("RepositoryRenamed", `${owner}/${name} is ${now} now: ${patch(repository, { ...slug })}`);
  }
  if (archived) {
    return found(
      "RepositoryArchived",
      `${now} is archived, so nothing can be changed there: unarchive it on the forge, or delete this object`,
    );
  }
  if (refs.heads.size === 0) return found("RepositoryEmpty", `${now} has no commit yet: push ${branch}`);
  if (!refs.heads.has(branch)) return branchMissing(repository, defaultBranch, refs.heads.has(defaultBranch));
  if (!facts.canPush && operations.length > 0) {
    return found(
      "PushNotAllowed",
      `the credential of Forge ${repository.spec.forgeRef.name} may not push to ${now}, which spec.operations asks for: allow it, or take the operations out`,
    );
  }
  return undefined;
}

function branchMissing(repository: Repository, defaultBranch: string, hasDefault: boolean): Finding {
  const { branch } = repository.spec;
  if (!hasDefault || defaultBranch === branch) {
    return found("BranchMissing", `there is no branch ${branch}: push it, or correct spec.branch`);
  }
  const message = `there is no branch ${branch}; it was probably renamed, since the default branch is ${defaultBranch}: ${patch(repository, { branch: defaultBranch })}`;
  return found("BranchMissing", message);
}

function wrongInGraph({ node, place, manifest }: Trouble, repository: Repository): Finding {
  const { name } = repository.metadata;
  const [it, field] = node === name ? ["it", "spec.dependsOn"] : [node, "its dependsOn"];
  switch (place.is) {
    case "cycle": {
      const way = manifest
        ? `${manifest} gives the first of these edges: take it out there, or let ${patch(repository, { manifests: "Ignore" })}`
        : `take one of these edges out of ${field}`;
      return found("DependencyCycle", `${it} depends on itself: ${arrows(place.path)}; ${way}`);
    }
    case "missing": {
      const whose = node === name ? "spec.dependsOn" : `${node} has a dependsOn that`;
      const message = `${whose} names ${place.names.join(", ")}, and there is no such Repository: create it, or take the edge out`;
      return found("DependencyMissing", message);
    }
    case "stuck": {
      const last = place.path.at(-1)!;
      const message = `${it} builds on ${last}, which cannot be put in order: ${arrows(place.path)}; see kubectl describe repository ${repositoryOf(last)}`;
      return found("DependencyBlocked", message);
    }
  }
}

/** A path for people; one through hundreds of repositories is cut, and says so. */
function arrows(path: readonly string[]): string {
  const most = 24;
  if (path.length <= most) return path.join(" -> ");
  return `${path.slice(0, most - 2).join(" -> ")} -> (${path.length - most + 1} more) -> ${path.at(-1)}`;
}

function synced({ spec }: Repository, { refs }: Extract<Remote, { is: "there" }>): Finding {
  return found("Synced", `${spec.branch} is at ${short(refs.heads.get(spec.branch)!)}`);
}
