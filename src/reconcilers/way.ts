import { Forge } from "../schema/forge.ts";
import { Repository } from "../schema/repository.ts";
import type { Finding, Verdict } from "./conditions.ts";
import type { Slug } from "./forge-port.ts";
import type { Lookup } from "./ports.ts";

/** What can be in the way between an object and the repository that it is about. */
export const wayVerdicts = {
  RepositoryUnknown: "stalled",
  ForgeUnknown: "stalled",
  RepositorySuspended: "stalled",
  ForgeSuspended: "stalled",
  ForgeNotReady: "progressing",
} as const satisfies Record<string, Verdict>;

export type WayReason = keyof typeof wayVerdicts;

/** The way from a name to a repository on a forge: open, or shut with the reason. */
export type Way =
  | { readonly is: "open"; readonly repository: Repository; readonly forge: Forge }
  | { readonly is: "shut"; readonly finding: Finding & { readonly reason: WayReason } };

/** Whether the Forge object that a Repository names can be used. Pure. */
export function wayToForge(lookup: Lookup, repository: Repository): Way {
  const { namespace } = repository.metadata;
  const { name } = repository.spec.forgeRef;
  const forge = lookup.get(Forge, { namespace, name });
  if (!forge) {
    return shut(
      "ForgeUnknown",
      `there is no Forge ${name} in namespace ${namespace}: create it, or correct spec.forgeRef of Repository ${repository.metadata.name}`,
    );
  }
  if (forge.spec.suspend) return shut("ForgeSuspended", `Forge ${name} is suspended: set its spec.suspend to false`);
  const stalled = forge.status?.conditions?.find(({ type, status }) => type === "Stalled" && status === "True");
  if (stalled) return shut("ForgeNotReady", `waits for Forge ${name}: ${stalled.reason}: ${stalled.message}`);
  return { is: "open", repository, forge };
}

/** Whether a Repository object, and its Forge, can be used. Pure. */
export function wayTo(lookup: Lookup, namespace: string, name: string): Way {
  const repository = lookup.get(Repository, { namespace, name });
  if (!repository) {
    return shut(
      "RepositoryUnknown",
      `there is no Repository ${name} in namespace ${namespace}: create it, or correct the reference`,
    );
  }
  if (repository.spec.suspend) {
    return shut("RepositorySuspended", `Repository ${name} is suspended: set its spec.suspend to false`);
  }
  return wayToForge(lookup, repository);
}

const shut = (reason: WayReason, message: string): Way => ({
  is: "shut",
  finding: { verdict: wayVerdicts[reason], reason, message },
});

/** Owner and name of a Repository on its forge. */
export const slugOf = ({ spec: { owner, name } }: Repository): Slug => ({ owner, name });

/** Whether an object says that it cannot go on without a person. */
export const isStalled = (object: { readonly status?: Repository["status"] | Forge["status"] }): boolean =>
  object.status?.conditions?.some(({ type, status }) => type === "Stalled" && status === "True") ?? false;

/** Commit ids as people read them. */
export const short = (sha: string): string => sha.slice(0, 7);
